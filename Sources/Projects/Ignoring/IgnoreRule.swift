/// One line of a `.gitignore` file.
struct IgnoreRule: Equatable {
    /// Whether it takes back what an earlier rule excluded: `!pattern`.
    let isNegated: Bool
    /// Whether it means folders only: `pattern/`.
    let needsFolder: Bool
    /// Whether it means a name in any folder: no `/` but at the end.
    let matchesNames: Bool
    /// The 1-based line.
    let line: Int

    /// A byte that every name which it matches begins or ends with.
    enum Bound: Equatable {
        case first(UInt8)
        case last(UInt8)
    }

    /// That byte; nil where it can be any, or where it is about paths.
    let bound: Bound?

    private enum Matcher: Equatable {
        case literal([UInt8])
        case suffix([UInt8])
        case wildcard(prefix: [UInt8], WildcardPattern)
    }

    private let matcher: Matcher

    /// Reads a line without its line end; nil when it holds no rule.
    init?(_ text: some Sequence<UInt8>, line: Int) {
        var pattern = Self.withoutTrailingSpaces(Array(text))[...]
        guard let first = pattern.first, first != UInt8(ascii: "#") else { return nil }
        isNegated = first == UInt8(ascii: "!")
        if isNegated { pattern = pattern.dropFirst() }
        needsFolder = pattern.last == UInt8(ascii: "/")
        if needsFolder { pattern = pattern.dropLast() }
        matchesNames = !pattern.contains(UInt8(ascii: "/"))
        if !matchesNames, pattern.first == UInt8(ascii: "/") { pattern = pattern.dropFirst() }
        self.line = line
        bound = matchesNames ? Self.bound(pattern) : nil
        matcher = Self.matcher(pattern, matchesNames: matchesNames)
    }

    private static func bound(_ pattern: ArraySlice<UInt8>) -> Bound? {
        guard let first = pattern.first, let last = pattern.last else { return nil }
        if !isSpecial(first) { return .first(first) }
        // A bracket may end a set of bytes.
        return isSpecial(last) || last == UInt8(ascii: "]") ? nil : .last(last)
    }

    /// Whether the rule matches a path relative to the folder of its file.
    ///
    /// - Parameters:
    ///   - path: The path, components joined by `/`.
    ///   - name: Its last component.
    ///   - isFolder: Whether it is a folder.
    /// - Returns: Whether it matches.
    func matches(_ path: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
        guard isFolder || !needsFolder else { return false }
        let text = matchesNames ? name : path
        switch matcher {
        case .literal(let literal): return text.count == literal.count && text.elementsEqual(literal)
        case .suffix(let suffix):
            return text.count >= suffix.count && text.suffix(suffix.count) == suffix[...]
        case .wildcard(let prefix, let pattern):
            return text.starts(with: prefix) && pattern.matches(text.dropFirst(prefix.count))
        }
    }

    private static func matcher(_ pattern: ArraySlice<UInt8>, matchesNames: Bool) -> Matcher {
        guard let special = pattern.firstIndex(where: isSpecial) else { return .literal(Array(pattern)) }
        let rest = pattern[special...].dropFirst()
        if matchesNames {
            let isSuffix = special == pattern.startIndex && pattern[special] == UInt8(ascii: "*")
            if isSuffix, !rest.contains(where: isSpecial) { return .suffix(Array(rest)) }
            return .wildcard(prefix: [], WildcardPattern(pattern))
        }
        // git compares the plain beginning by itself and starts the pattern behind it; a `**` that comes right then
        // counts as a whole component, as in `foo**/bar`.
        return .wildcard(prefix: Array(pattern[..<special]), WildcardPattern(pattern[special...]))
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[")
            || byte == UInt8(ascii: "\\")
    }

    /// Trailing spaces do not count unless a backslash precedes them.
    private static func withoutTrailingSpaces(_ line: [UInt8]) -> [UInt8] {
        var end = 0
        var index = 0
        while index < line.count {
            if line[index] == UInt8(ascii: "\\") {
                index += 1
                guard index < line.count else { return line }
                end = index + 1
            } else if line[index] != UInt8(ascii: " ") {
                end = index + 1
            }
            index += 1
        }
        return Array(line[..<end])
    }
}
