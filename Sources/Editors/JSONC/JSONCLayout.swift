/// How a document is laid out, so that what is added looks like the rest.
struct JSONCLayout: Sendable, Equatable {
    /// What one level is indented by.
    var indentation = "    "
    /// What ends a line.
    var lineEnd = "\n"

    /// The layout of a document that is yet to be written.
    init() {}

    /// The layout of a document.
    init(of bytes: [UInt8], root: JSONCNode?) {
        if let end = bytes.firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if bytes[end] == UInt8(ascii: "\r") {
                let isPair = end + 1 < bytes.count && bytes[end + 1] == UInt8(ascii: "\n")
                lineEnd = isPair ? "\r\n" : "\r"
            }
        }
        guard let root else { return }
        for part in root.parts {
            guard let blanks = Self.indentation(of: part.lowerBound, in: bytes), !blanks.isEmpty else {
                continue
            }
            let outer = Self.lineIndentation(at: root.range.lowerBound, in: bytes)
            if blanks.hasPrefix(outer), blanks != outer {
                indentation = String(blanks.dropFirst(outer.count))
                return
            }
        }
    }

    /// What stands before `offset` on its line, when it is blanks only.
    static func indentation(of offset: Int, in bytes: [UInt8]) -> String? {
        let start = lineStart(of: offset, in: bytes)
        guard start > 0, bytes[start..<offset].allSatisfy(isBlank) else { return nil }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// The blanks that the line of `offset` begins with.
    static func lineIndentation(at offset: Int, in bytes: [UInt8]) -> String {
        let start = lineStart(of: offset, in: bytes)
        return String(decoding: bytes[start..<offset].prefix(while: isBlank), as: UTF8.self)
    }

    private static func lineStart(of offset: Int, in bytes: [UInt8]) -> Int {
        let end = bytes[..<offset].lastIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        return end.map { $0 + 1 } ?? 0
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
