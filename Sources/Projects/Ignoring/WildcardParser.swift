/// Reads wildcard patterns, malformed ones the way git does.
enum WildcardParser {
    /// The steps of a pattern.
    static func tokens(of pattern: [UInt8]) -> [WildcardPattern.Token] {
        var tokens: [WildcardPattern.Token] = []
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "\\"):
                index += 1
                tokens.append(index < pattern.count ? .byte(pattern[index]) : .never)
                index += 1
            case UInt8(ascii: "?"):
                tokens.append(.oneOf(.all))
                index += 1
            case UInt8(ascii: "["):
                var parser = SetParser(pattern, index + 1)
                guard let (set, end) = parser.parse() else { return tokens + [.never] }
                tokens.append(.oneOf(set))
                index = end
            case star:
                tokens += stars(pattern, &index)
            default:
                tokens.append(.byte(pattern[index]))
                index += 1
            }
        }
        return tokens
    }

    private static let star = UInt8(ascii: "*")
    private static let slash = UInt8(ascii: "/")

    /// One or more stars: two mean folders only as a whole component.
    private static func stars(_ pattern: [UInt8], _ index: inout Int) -> [WildcardPattern.Token] {
        let start = index
        while index < pattern.count, pattern[index] == star { index += 1 }
        let startsComponent = start == 0 || pattern[start - 1] == slash
        guard index - start > 1, startsComponent else { return [.star] }
        if index == pattern.count { return [.anything] }
        if pattern[index] == slash {
            index += 1
            return [.folders, .inFolders]
        }
        return pattern[index...].starts(with: [UInt8(ascii: "\\"), slash]) ? [.anything] : [.star]
    }
}

/// Reads what stands in `[…]`.
private struct SetParser {
    private let pattern: [UInt8]
    private var index: Int
    private var set = ByteSet()

    /// Starts behind the bracket.
    init(_ pattern: [UInt8], _ index: Int) {
        self.pattern = pattern
        self.index = index
    }

    private var current: UInt8? { index < pattern.count ? pattern[index] : nil }
    private var following: UInt8? { index + 1 < pattern.count ? pattern[index + 1] : nil }

    /// The set and where the pattern goes on; nil when it is malformed.
    mutating func parse() -> (ByteSet, end: Int)? {
        let isNegated = current == UInt8(ascii: "!") || current == UInt8(ascii: "^")
        if isNegated { index += 1 }
        var previous: UInt8?
        // A bracket that comes first is a member.
        repeat {
            guard let member = member(after: previous) else { return nil }
            previous = if case .byte(let byte) = member { byte } else { nil }
            index += 1
        } while current != UInt8(ascii: "]")
        return (isNegated ? set.inverted : set, index + 1)
    }

    /// What was added to the set.
    private enum Member {
        /// A byte, which may start a range.
        case byte(UInt8)
        case rangeOrClass
    }

    /// Adds one member; nil when the pattern ends or names no known class.
    private mutating func member(after previous: UInt8?) -> Member? {
        guard let byte = current else { return nil }
        if byte == UInt8(ascii: "\\") {
            index += 1
            return single()
        }
        if byte == UInt8(ascii: "-"), let first = previous, let next = following, next != UInt8(ascii: "]") {
            index += next == UInt8(ascii: "\\") ? 2 : 1
            guard let last = current else { return nil }
            if first <= last { set.insert(first...last) }
            return .rangeOrClass
        }
        if byte == UInt8(ascii: "["), following == UInt8(ascii: ":") { return namedClass() }
        return single()
    }

    private mutating func single() -> Member? {
        guard let byte = current else { return nil }
        set.insert(byte...byte)
        return .byte(byte)
    }

    private mutating func namedClass() -> Member? {
        let start = index + 2
        guard let end = pattern[start...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
        guard end > start, pattern[end - 1] == UInt8(ascii: ":") else { return single() }
        guard let belongs = Self.classes[String(decoding: pattern[start..<end - 1], as: UTF8.self)] else {
            return nil
        }
        set.insert(where: belongs)
        index = end
        return .rangeOrClass
    }

    private static let classes: [String: @Sendable (UInt8) -> Bool] = [
        "alnum": { isLetter($0) || MSBuildText.isDigit($0) },
        "alpha": { isLetter($0) },
        "blank": { $0 == 0x20 || $0 == 0x09 },
        "cntrl": { $0 < 0x20 || $0 == 0x7F },
        "digit": { MSBuildText.isDigit($0) },
        "graph": { $0 > 0x20 && $0 < 0x7F },
        "lower": { isLetter($0) && $0 >= UInt8(ascii: "a") },
        "print": { $0 >= 0x20 && $0 < 0x7F },
        "punct": { $0 > 0x20 && $0 < 0x7F && !isLetter($0) && !MSBuildText.isDigit($0) },
        "space": { MSBuildText.isSpace($0) },
        "upper": { isLetter($0) && $0 < UInt8(ascii: "a") },
        "xdigit": { MSBuildText.isDigit($0) || isLetter($0) && $0 & 0xDF <= UInt8(ascii: "F") },
    ]

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte & 0xDF >= UInt8(ascii: "A") && byte & 0xDF <= UInt8(ascii: "Z")
    }
}
