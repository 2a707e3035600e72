/// A parsed `Condition` attribute: operands are still unexpanded text.
indirect enum Condition: Equatable {
    /// A quoted string, a bare word, a number or a reference, as it stands between the quotes.
    case text(String)
    case not(Condition)
    case and(Condition, Condition)
    case or(Condition, Condition)
    case comparison(Comparison, Condition, Condition)
    case call(Function, String)

    /// The relational operators.
    enum Comparison: String {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// The functions that a condition may call.
    enum Function: String {
        case exists
        case hasTrailingSlash = "hastrailingslash"
    }
}

/// What a condition needs to know of the evaluation around it.
protocol ConditionContext {
    /// The text with its references replaced and its escapes resolved.
    mutating func conditionText(_ text: String) -> String

    /// Whether a file or folder exists.
    mutating func exists(_ path: String) -> Bool
}

extension Condition {
    /// Why a condition has no value; the sentence fragment follows "the condition '…' ".
    struct Unusable: Error, Equatable {
        /// What is wrong with it.
        var reason: String
    }

    /// Whether the condition holds.
    ///
    /// Operands are expanded only as far as the result depends on them.
    func holds(in context: inout some ConditionContext) throws(Unusable) -> Bool {
        switch self {
        case .and(let left, let right):
            guard try left.holds(in: &context) else { return false }
            return try right.holds(in: &context)
        case .or(let left, let right):
            if try left.holds(in: &context) { return true }
            return try right.holds(in: &context)
        case .not(let operand):
            return try !operand.holds(in: &context)
        case .comparison(let comparison, let left, let right):
            return try comparison.holds(left.value(in: &context), right.value(in: &context))
        case .call(let function, let argument):
            let path = context.conditionText(argument)
            switch function {
            case .exists: return !MSBuildText.isBlank(path) && context.exists(path)
            case .hasTrailingSlash: return path.hasSuffix("/") || path.hasSuffix("\\")
            }
        case .text(let text):
            let value = context.conditionText(text)
            guard let result = Boolean.msbuild(value) else {
                throw Unusable(reason: "is '\(value)', which is neither true nor false")
            }
            return result
        }
    }

    /// The text of an operand of a comparison.
    private func value(in context: inout some ConditionContext) throws(Unusable) -> String {
        if case .text(let text) = self { return context.conditionText(text) }
        return try holds(in: &context) ? "true" : "false"
    }
}

extension Condition.Comparison {
    /// Whether the comparison holds: as numbers where both are, then as versions or truth values, else without case.
    func holds(_ left: String, _ right: String) throws(Condition.Unusable) -> Bool {
        switch self {
        case .equal: return Self.areEqual(left, right)
        case .notEqual: return !Self.areEqual(left, right)
        default: break
        }
        if let first = NumberText(left), let second = NumberText(right) {
            return compare(first.value, second.value)
        }
        guard let first = VersionText(left), let second = VersionText(right) else {
            let culprit = NumberText(left) == nil && VersionText(left) == nil ? left : right
            throw Condition.Unusable(
                reason: "compares '\(culprit)' by '\(rawValue)', which works for numbers and versions only")
        }
        return compare(first, second)
    }

    private func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }

    private static func areEqual(_ left: String, _ right: String) -> Bool {
        if let first = NumberText(left), let second = NumberText(right) { return first.value == second.value }
        if let first = Boolean.msbuild(left), let second = Boolean.msbuild(right) { return first == second }
        return left.lowercased() == right.lowercased()
    }
}

/// A number as conditions spell it: decimal with a sign and a fraction, or `0x` hexadecimal.
struct NumberText {
    /// The number.
    let value: Double

    /// Reads `text`; nil when it is no number.
    init?(_ text: String) {
        let body = text.drop { $0 == "+" || $0 == "-" }
        guard text.utf8.count - body.utf8.count <= 1, let first = body.utf8.first else { return nil }
        if text.lowercased().hasPrefix("0x") {
            guard let hex = UInt32(body.dropFirst(2), radix: 16) else { return nil }
            value = Double(Int32(bitPattern: hex))
            return
        }
        // Double also reads "nan", "inf" and hexadecimal floats, which are words here.
        guard MSBuildText.isDigit(first) || first == UInt8(ascii: "."),
            body.utf8.allSatisfy({ MSBuildText.isDigit($0) || $0 == UInt8(ascii: ".") }),
            let number = Double(text)
        else { return nil }
        value = number
    }
}

/// A version of one to four numbers such as `16.10.3`.
struct VersionText: Comparable {
    /// The numbers, missing ones as 0.
    let parts: [Int]

    /// Reads `text`, with or without a leading `v`; nil when it is no version.
    init?(_ text: String) {
        let body = text.first == "v" || text.first == "V" ? text.dropFirst() : text[...]
        let fields = body.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { $0.utf8.allSatisfy(MSBuildText.isDigit) ? Int($0) : nil }
        guard numbers.count == fields.count, (1...4).contains(numbers.count) else { return nil }
        parts = numbers + Array(repeating: 0, count: 4 - numbers.count)
    }

    static func < (left: VersionText, right: VersionText) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }
}
