/// The statements at the left margin of a Python file: comments gone, strings emptied, continuations joined.
///
/// Enough to see imports, functions and assignments of a module; no claim to be a Python parser.
enum PythonLines {
    /// The statements of `source`, UTF-8 text.
    static func topLevel(of source: [UInt8]) -> [String] {
        var scanner = Scanner(bytes: source)
        return scanner.lines()
    }

    private struct Scanner {
        let bytes: [UInt8]
        var index = 0
        var depth = 0

        mutating func lines() -> [String] {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
            var lines: [String] = []
            while index < bytes.count {
                let isIndented = bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t")
                let line = logicalLine()
                if !isIndented, !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
            }
            return lines
        }

        /// Takes one statement with its continuations and its line end.
        private mutating func logicalLine() -> [UInt8] {
            var line: [UInt8] = []
            depth = 0
            while index < bytes.count {
                let byte = bytes[index]
                switch byte {
                case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                    index += 1
                    if depth <= 0 { return trimmed(line) }
                    line.append(UInt8(ascii: " "))
                case UInt8(ascii: "\\") where isLineEnd(index + 1):
                    index += 2
                    if index < bytes.count, bytes[index - 1] == 0x0D, bytes[index] == 0x0A { index += 1 }
                    line.append(UInt8(ascii: " "))
                case UInt8(ascii: "#"):
                    while index < bytes.count, !isLineEnd(index) { index += 1 }
                case UInt8(ascii: "'"), UInt8(ascii: "\""):
                    skipString(byte)
                    line += [byte, byte]
                default:
                    count(byte)
                    line.append(byte)
                    index += 1
                }
            }
            return trimmed(line)
        }

        private mutating func count(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }

        /// Skips a string; one in single quotes ends with its line at the latest.
        private mutating func skipString(_ quote: UInt8) {
            let isTriple = bytes[index...].starts(with: [quote, quote, quote])
            index += isTriple ? 3 : 1
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "\\") {
                    // In raw strings, too, a backslash keeps a quote from ending the string.
                    index += 2
                } else if isTriple
                    ? bytes[index...].starts(with: [quote, quote, quote]) : bytes[index] == quote
                {
                    index += isTriple ? 3 : 1
                    return
                } else if !isTriple, isLineEnd(index) {
                    return
                } else {
                    index += 1
                }
            }
            index = min(index, bytes.count)
        }

        private func isLineEnd(_ index: Int) -> Bool {
            index < bytes.count && (bytes[index] == 0x0A || bytes[index] == 0x0D)
        }

        private func trimmed(_ line: [UInt8]) -> [UInt8] {
            Array(line.reversed().drop(while: MSBuildText.isSpace).reversed())
        }
    }
}
