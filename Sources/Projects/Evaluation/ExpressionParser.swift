/// Takes apart what stands between `$(` and `)`: a type, names, arguments, indexes.
struct ExpressionParser {
    private let bytes: [UInt8]
    private var index = 0

    /// Starts at the beginning of `expression`.
    init(_ expression: String) {
        bytes = Array(expression.utf8)
    }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
        bytes[index...].allSatisfy(MSBuildText.isSpace)
    }

    /// Takes `text` if it comes next.
    mutating func take(_ text: String) -> Bool {
        skipSpace()
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    /// Takes a name.
    mutating func takeName() -> String? {
        skipSpace()
        let start = index
        while index < bytes.count, MSBuildText.isNameByte(bytes[index]) { index += 1 }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        return MSBuildText.isName(name) ? name : nil
    }

    /// Takes a type with its colons, such as `[MSBuild]::`, and returns it with its brackets.
    mutating func takeType() -> String? {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "["),
            let end = bytes[index...].firstIndex(of: UInt8(ascii: "]")),
            bytes[(end + 1)...].starts(with: "::".utf8)
        else { return nil }
        defer { index = end + 3 }
        let name = MSBuildText.trimmed(String(decoding: bytes[index + 1..<end], as: UTF8.self))
        return "[\(name)]"
    }

    /// Takes an index such as `[0]`.
    mutating func takeIndex() -> Int? {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "["),
            let end = bytes[index...].firstIndex(of: UInt8(ascii: "]")),
            let number = Int(MSBuildText.trimmed(String(decoding: bytes[index + 1..<end], as: UTF8.self)))
        else { return nil }
        index = end + 1
        return number
    }

    /// Takes arguments in parentheses, without their quotes; nil where none come next.
    mutating func takeArguments() -> [String]? {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "("),
            let end = MSBuildText.closing(bytes, from: index)
        else { return nil }
        defer { index = end + 1 }
        return Self.arguments(Array(bytes[index + 1..<end]))
    }

    private mutating func skipSpace() {
        while index < bytes.count, MSBuildText.isSpace(bytes[index]) { index += 1 }
    }

    private static func arguments(_ bytes: [UInt8]) -> [String] {
        guard !bytes.allSatisfy(MSBuildText.isSpace) else { return [] }
        var arguments: [String] = []
        var start = 0
        var index = 0
        var quote: UInt8?
        while index <= bytes.count {
            let byte = index < bytes.count ? bytes[index] : UInt8(ascii: ",")
            if let open = quote, index < bytes.count {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "(") {
                index = MSBuildText.closing(bytes, from: index) ?? index
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                quote = byte
            } else if byte == UInt8(ascii: ",") {
                arguments.append(unquoted(String(decoding: bytes[start..<index], as: UTF8.self)))
                start = index + 1
            }
            index += 1
        }
        return arguments
    }

    private static func unquoted(_ argument: String) -> String {
        let text = MSBuildText.trimmed(argument)
        guard text.utf8.count >= 2, let first = text.first, first == text.last, "'\"`".contains(first) else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}
