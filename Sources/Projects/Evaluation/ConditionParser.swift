/// Reads the grammar of `Condition` attributes.
///
/// `or` binds weakest, then `and`, then one comparison, then `!`; operands are quoted strings, bare words, numbers,
/// `$(…)`, `@(…)`, `%(…)`, calls of a function, and parentheses.
struct ConditionParser {
    /// Where the text stops making sense.
    struct SyntaxError: Error, Equatable {
        /// What was expected or found, as a clause.
        var message: String
        /// The 1-based character of the condition.
        var position: Int
    }

    private enum Token: Equatable {
        case text(String, isQuoted: Bool)
        case comparison(Condition.Comparison)
        case not
        case open
        case close
        case end
    }

    private static let maximumDepth = 100

    private let bytes: [UInt8]
    private var index = 0
    private var token = Token.end
    private var tokenStart = 0
    private var depth = 0

    /// Reads `text`, which is not blank.
    static func parse(_ text: String) throws(SyntaxError) -> Condition {
        var parser = ConditionParser(bytes: Array(text.utf8))
        try parser.advance()
        let condition = try parser.alternatives()
        guard parser.token == .end else { throw parser.unexpected("the condition should end here") }
        return condition
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func alternatives() throws(SyntaxError) -> Condition {
        var condition = try conjunction()
        while try takeKeyword("or") {
            condition = .or(condition, try conjunction())
        }
        return condition
    }

    private mutating func conjunction() throws(SyntaxError) -> Condition {
        var condition = try relation()
        while try takeKeyword("and") {
            condition = .and(condition, try relation())
        }
        return condition
    }

    private mutating func relation() throws(SyntaxError) -> Condition {
        let left = try operand()
        guard case .comparison(let comparison) = token else { return left }
        try advance()
        return .comparison(comparison, left, try operand())
    }

    private mutating func operand() throws(SyntaxError) -> Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw unexpected("the nesting is too deep") }
        switch token {
        case .not:
            try advance()
            return .not(try operand())
        case .open:
            try advance()
            let condition = try alternatives()
            guard token == .close else { throw unexpected("expected ')'") }
            try advance()
            return condition
        case .text(let text, let isQuoted):
            let start = tokenStart
            try advance()
            guard !isQuoted, token == .open, MSBuildText.isName(text) else { return .text(text) }
            return try call(text, at: start)
        default:
            throw unexpected("expected a value")
        }
    }

    private mutating func call(_ name: String, at start: Int) throws(SyntaxError) -> Condition {
        guard let function = Condition.Function(rawValue: name.lowercased()) else {
            throw SyntaxError(message: "there is no function '\(name)'", position: start + 1)
        }
        try advance()
        guard case .text(let argument, _) = token else { throw unexpected("expected a path") }
        try advance()
        guard token == .close else { throw unexpected("expected ')'") }
        try advance()
        return .call(function, argument)
    }

    private mutating func takeKeyword(_ keyword: String) throws(SyntaxError) -> Bool {
        guard case .text(let text, false) = token, text.lowercased() == keyword else { return false }
        try advance()
        return true
    }

    private func unexpected(_ message: String) -> SyntaxError {
        SyntaxError(message: message, position: tokenStart + 1)
    }
}

extension ConditionParser {
    private mutating func advance() throws(SyntaxError) {
        while index < bytes.count, MSBuildText.isSpace(bytes[index]) { index += 1 }
        tokenStart = index
        guard index < bytes.count else {
            token = .end
            return
        }
        switch bytes[index] {
        case UInt8(ascii: "("): take(.open, length: 1)
        case UInt8(ascii: ")"): take(.close, length: 1)
        case UInt8(ascii: "'"): try takeQuoted()
        case UInt8(ascii: "!") where !isNext("="): take(.not, length: 1)
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"): try takeComparison()
        case UInt8(ascii: "$"), UInt8(ascii: "@"), UInt8(ascii: "%"): try takeReference()
        default: try takeWord()
        }
    }

    private func isNext(_ character: Unicode.Scalar) -> Bool {
        index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: character)
    }

    private mutating func take(_ token: Token, length: Int) {
        self.token = token
        index += length
    }

    private mutating func takeComparison() throws(SyntaxError) {
        let length = isNext("=") ? 2 : 1
        let text = String(decoding: bytes[index..<index + length], as: UTF8.self)
        guard let comparison = Condition.Comparison(rawValue: text) else {
            throw unexpected("expected '==' instead of '='")
        }
        take(.comparison(comparison), length: length)
    }

    private mutating func takeQuoted() throws(SyntaxError) {
        let start = index + 1
        var end = start
        var isOpen = false
        while end < bytes.count, bytes[end] != UInt8(ascii: "'") {
            // Quotes inside a reference belong to its arguments; one that is never closed has none.
            if !isOpen, MSBuildText.isReference(bytes, at: end) {
                let close = MSBuildText.closing(bytes, from: end + 1)
                isOpen = close == nil
                end = close ?? end
            }
            end += 1
        }
        guard end < bytes.count else { throw unexpected("the quote is never closed") }
        token = .text(String(decoding: bytes[start..<end], as: UTF8.self), isQuoted: true)
        index = end + 1
    }

    private mutating func takeReference() throws(SyntaxError) {
        guard MSBuildText.isReference(bytes, at: index),
            let end = MSBuildText.closing(bytes, from: index + 1)
        else { throw unexpected("expected a reference such as '$(Name)'") }
        token = .text(String(decoding: bytes[index...end], as: UTF8.self), isQuoted: false)
        index = end + 1
    }

    private mutating func takeWord() throws(SyntaxError) {
        let start = index
        while index < bytes.count, Self.isWordByte(bytes[index]) { index += 1 }
        guard index > start else {
            let character = String(decoding: bytes[start...], as: UTF8.self).first.map(String.init) ?? ""
            throw unexpected("'\(character)' does not belong here")
        }
        token = .text(String(decoding: bytes[start..<index], as: UTF8.self), isQuoted: false)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        MSBuildText.isNameByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
    }
}
