/// The value of a `Transform` or `Locator` attribute: a name, perhaps with arguments.
struct Invocation: Equatable {
    var name: String
    /// The arguments as they are split; nothing for `Name` and `Name()`.
    var arguments: [String]

    /// Reads a value; nil if it is not of the form `name` or `name(arguments)`.
    init?(_ value: String) {
        var rest = Substring(value).drop(while: \.isWhitespace)
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0.isWordMark }
        guard !name.isEmpty else { return nil }
        self.name = String(name)
        rest = rest[name.endIndex...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        if rest.isEmpty {
            arguments = []
            return
        }
        guard rest.first == "(", rest.last == ")", rest.count >= 2 else { return nil }
        arguments = Self.split(rest.dropFirst().dropLast())
    }

    /// Splits at commas outside parentheses; quotes mean nothing here, and a single argument is not trimmed.
    private static func split(_ text: Substring) -> [String] {
        if text.isEmpty { return [] }
        guard text.contains(",") else { return [String(text)] }
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

extension Character {
    /// Whether the character joins words without being a letter: combining marks count as part of a name.
    fileprivate var isWordMark: Bool {
        unicodeScalars.allSatisfy { $0.properties.generalCategory == .nonspacingMark }
    }
}

extension String {
    /// The string without white space at both ends.
    var trimmed: String {
        var text = Substring(self).drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
