/// A file pattern of MSBuild: `*` and `?` inside a component, `**` for any number of folders, letters of either case.
struct Glob {
    /// One component of a pattern.
    enum Segment: Equatable {
        /// A name without wildcards.
        case name(String)
        /// A name with `*` or `?`, in lower case.
        case pattern([UInt8])
        /// `**`: any number of folders.
        case anyFolders
    }

    /// The components.
    let segments: [Segment]
    /// Whether the pattern starts at a root.
    let isAbsolute: Bool

    /// Reads an escaped pattern; `%2a` is a plain star.
    init(escaped pattern: String) {
        isAbsolute = PathText.isAbsolute(pattern)
        segments = PathText.components(pattern).map { component in
            guard Self.hasWildcards(component) else { return .name(MSBuildEscapes.unescaped(component)) }
            if component == "**" { return .anyFolders }
            // Windows' way of saying "any name", with or without a dot.
            if component == "*.*" { return .pattern([UInt8(ascii: "*")]) }
            return .pattern(Self.compiled(component))
        }
    }

    /// Whether the escaped text has a wildcard.
    static func hasWildcards(_ text: String) -> Bool {
        text.utf8.contains { $0 == star || $0 == mark }
    }

    /// Whether the pattern matches a whole path, both relative to the same folder.
    func matches(_ path: String) -> Bool {
        let components = PathText.components(path)
        // Which segments may come next, after each component: linear, whatever the pattern.
        var active = closure(of: [0])
        for component in components {
            let folded = Array(component.lowercased().utf8)
            var next: Set<Int> = []
            for segment in active where segment < segments.count {
                switch segments[segment] {
                case .anyFolders: next.insert(segment)
                case .name(let name): if Array(name.lowercased().utf8) == folded { next.insert(segment + 1) }
                case .pattern(let pattern):
                    if Self.matches(pattern, folded) { next.insert(segment + 1) }
                }
            }
            guard !next.isEmpty else { return false }
            active = closure(of: next)
        }
        return active.contains(segments.count)
    }

    /// Whether the lower-case `name` matches the lower-case `pattern` of stars, question marks and letters.
    static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var position = 0
        var retry: (position: Int, index: Int)?
        var index = 0
        while index < name.count {
            if position < pattern.count, pattern[position] == star {
                retry = (position + 1, index)
                position += 1
            } else if position < pattern.count, Self.literal(pattern[position]) == name[index] {
                position += 1
                index += 1
            } else if position < pattern.count, pattern[position] == mark {
                position += 1
                // One character, however many bytes it has.
                repeat { index += 1 } while index < name.count && name[index] & 0xC0 == 0x80
            } else if let last = retry {
                retry = (last.position, last.index + 1)
                position = last.position
                index = last.index + 1
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == star }
    }

    private func closure(of states: Set<Int>) -> Set<Int> {
        var result = states
        for state in states.sorted() {
            var state = state
            while state < segments.count, segments[state] == .anyFolders {
                state += 1
                result.insert(state)
            }
        }
        return result
    }

    private static let star = UInt8(ascii: "*")
    private static let mark = UInt8(ascii: "?")

    // A star or question mark that was escaped must match itself only: bytes that no UTF-8 text has stand for them.
    private static let plainStar: UInt8 = 0xFE
    private static let plainMark: UInt8 = 0xFF

    private static func literal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case star, mark: nil
        case plainStar: star
        case plainMark: mark
        default: byte
        }
    }

    private static func compiled(_ component: String) -> [UInt8] {
        var result: [UInt8] = []
        var rest = component[...]
        while let wildcard = rest.firstIndex(where: { $0 == "*" || $0 == "?" }) {
            result += literals(rest[..<wildcard])
            result.append(rest[wildcard] == "*" ? star : mark)
            rest = rest[rest.index(after: wildcard)...]
        }
        return result + literals(rest)
    }

    private static func literals(_ text: Substring) -> [UInt8] {
        MSBuildEscapes.unescaped(String(text)).lowercased().utf8.map { byte in
            byte == star ? plainStar : byte == mark ? plainMark : byte
        }
    }
}
