/// The members of an object of JSON, found where they stand in the text: what is changed is changed there, and every
/// other byte is kept.
struct JSONMembers {
    /// The values by name; of several with one name the last, as readers take it.
    private(set) var values: [String: Range<Int>] = [:]
    /// Where the first member would begin: behind the opening brace.
    private(set) var start: Int
    /// Whether there are any.
    var isEmpty: Bool { values.isEmpty }

    /// Finds the members of the object that fills `range` of `text` but for white space.
    ///
    /// Nil when there is none.
    init?(of text: [UInt8], in range: Range<Int>) {
        var scan = Scan(text: text, position: range.lowerBound, end: range.upperBound)
        scan.skipSpace()
        guard scan.take("{") else { return nil }
        start = scan.position
        scan.skipSpace()
        if !scan.take("}") {
            repeat {
                scan.skipSpace()
                guard let name = scan.string() else { return nil }
                scan.skipSpace()
                guard scan.take(":") else { return nil }
                scan.skipSpace()
                guard let value = scan.value() else { return nil }
                values[String(decoding: text[name], as: UTF8.self)] = value
                scan.skipSpace()
            } while scan.take(",")
            guard scan.take("}") else { return nil }
        }
        scan.skipSpace()
        guard scan.position == scan.end else { return nil }
    }

    /// A position in text that is taken step by step.
    private struct Scan {
        let text: [UInt8]
        var position: Int
        let end: Int

        private var current: UInt8? { position < end ? text[position] : nil }

        mutating func skipSpace() {
            while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard current == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        /// A string; what stands between its quotation marks, escapes as they are.
        mutating func string() -> Range<Int>? {
            guard take("\"") else { return nil }
            let begin = position
            while let byte = current {
                if byte == UInt8(ascii: "\"") {
                    position += 1
                    return begin..<position - 1
                }
                position += byte == UInt8(ascii: "\\") ? 2 : 1
            }
            return nil
        }

        /// Any value; nested ones are passed over by their brackets.
        mutating func value() -> Range<Int>? {
            let begin = position
            var depth = 0
            while let byte = current {
                switch byte {
                case UInt8(ascii: "\""):
                    guard string() != nil else { return nil }
                    if depth == 0 { return begin..<position }
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return position > begin ? begin..<position : nil }
                    depth -= 1
                    if depth == 0 {
                        position += 1
                        return begin..<position
                    }
                case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
                    if depth == 0 { return position > begin ? begin..<position : nil }
                default: break
                }
                position += 1
            }
            return nil
        }
    }
}
