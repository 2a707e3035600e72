/// Checks of XPath expressions that libxml2 makes only when it comes across the place, or not at all.
enum XPathSyntax {
    private static let functions: Set<String> = [
        "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat",
        "starts-with", "contains", "substring-before", "substring-after", "substring", "string-length",
        "normalize-space", "translate", "boolean", "not", "true", "false", "lang", "number", "sum", "floor",
        "ceiling", "round", "node", "text", "comment", "processing-instruction",
    ]

    /// Finds a prefix that is not in `prefixes`, or a function that XPath 1.0 does not have.
    ///
    /// - Returns: The sentence that says so, or nil.
    static func complaint(about expression: String, prefixes: Set<String>) -> String? {
        let text = Array(expression.unicodeScalars)
        var index = 0
        var tokens = 0
        var depth = 0
        while index < text.count {
            let scalar = text[index]
            tokens += 1
            depth += scalar == "(" || scalar == "[" ? 1 : scalar == ")" || scalar == "]" ? -1 : 0
            // libxml2 recurses along both.
            guard tokens < Limits.xpathTokens, depth < Limits.xpathDepth else {
                return "it is too long or too deep"
            }
            if scalar == "'" || scalar == "\"" {
                index += 1
                while index < text.count, text[index] != scalar { index += 1 }
                index += 1
            } else if isNameStart(scalar) {
                let start = index
                while index < text.count, isNamePart(text[index]) { index += 1 }
                let name = String(String.UnicodeScalarView(text[start..<index]))
                let isAxis = index + 1 < text.count && text[index] == ":" && text[index + 1] == ":"
                if isAxis {
                    index += 2
                } else if index + 1 < text.count, text[index] == ":" {
                    if !prefixes.contains(name) { return "the prefix '\(name)' is not declared" }
                    index += 1
                    while index < text.count, isNamePart(text[index]) { index += 1 }
                    if isCall(text, index) {
                        return "extension functions such as '\(name):…' are not available"
                    }
                } else if isCall(text, index), !functions.contains(name), !isOperator(name) {
                    return "there is no function '\(name)'"
                }
            } else if scalar.properties.numericType != nil || scalar == "." {
                // Letters directly behind a number are the parser's business.
                while index < text.count, text[index] == "." || ("0"..."9").contains(text[index]) {
                    index += 1
                }
                if index < text.count, text[index] == scalar { index += 1 }
            } else {
                index += 1
            }
        }
        return nil
    }

    /// Whether predicates in brackets are closed properly, so that they can be applied to a step on their own.
    static func isSelfContained(_ predicate: String) -> Bool {
        var depth = 0
        var quote: Character?
        var closed = false
        for character in predicate {
            if let open = quote {
                if character == open { quote = nil }
                continue
            }
            switch character {
            case "'", "\"":
                quote = character
            case "[":
                depth += 1
                closed = false
            case "]":
                depth -= 1
                if depth < 0 { return false }
                closed = depth == 0
            default:
                if closed, !character.isXMLSpace { return false }
            }
        }
        return depth == 0 && quote == nil
    }

    private static func isOperator(_ name: String) -> Bool {
        name == "and" || name == "or" || name == "div" || name == "mod"
    }

    private static func isCall(_ text: [UnicodeScalar], _ start: Int) -> Bool {
        var index = start
        while index < text.count, text[index].properties.isWhitespace { index += 1 }
        return index < text.count && text[index] == "("
    }

    private static func isNameStart(_ scalar: UnicodeScalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic
    }

    private static func isNamePart(_ scalar: UnicodeScalar) -> Bool {
        isNameStart(scalar) || scalar == "-" || scalar == "." || scalar.properties.numericType != nil
    }
}
