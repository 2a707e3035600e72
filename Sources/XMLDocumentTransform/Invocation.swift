/// The value of a `Transform` or `Locator` attribute: a name, perhaps with arguments.
struct Invocation: Equatable {
    var name: String
    /// The arguments as they are split; nothing for `Name` and `Name()`.
    var arguments: [String]

    /// Reads a value; nil if it is not of the form `name` or `name(arguments)`.
    init?(_ value: String) {
        var rest = Substring(value.trimmed)
        let end = rest.utf8.firstIndex { !Self.isWord($0) } ?? rest.endIndex
        guard end > rest.startIndex else { return nil }
        name = String(rest[..<end])
        rest = rest[end...].drop { $0.isXMLSpace }
        if rest.isEmpty {
            arguments = []
            return
        }
        guard rest.utf8.first == UInt8(ascii: "("), rest.utf8.last == UInt8(ascii: ")"), rest.utf8.count >= 2
        else {
            return nil
        }
        arguments = Self.split(rest.dropFirst().dropLast())
    }

    /// Letters, digits and the underscore; what is not ASCII is in no name, and reported as an unknown one.
    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }

    /// Splits at commas outside parentheses; quotes mean nothing here, and a single argument is not trimmed.
    private static func split(_ text: Substring) -> [String] {
        if text.isEmpty { return [] }
        guard text.utf8.contains(UInt8(ascii: ",")) else { return [String(text)] }
        var arguments: [String] = []
        var current = ""
        var depth = 0
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            current += current.isEmpty && depth == 0 ? "" : ","
            current += piece
            for character in piece { depth += character == "(" ? 1 : character == ")" ? -1 : 0 }
            if depth == 0 {
                arguments.append(current.trimmed)
                current = ""
            }
        }
        if depth != 0 { arguments.append(current.trimmed) }
        return arguments
    }
}

extension String {
    /// The string without white space at both ends.
    var trimmed: String {
        // Most strings have none; asking for the bytes at the ends is enough to know.
        if let first = utf8.first, let last = utf8.last, first > 0x20, last > 0x20, first < 0x80, last < 0x80
        {
            return self
        }
        var text = Substring(self).drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
