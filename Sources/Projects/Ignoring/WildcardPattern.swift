/// A wildcard pattern as git has it (gitignore(5)): `*`, `?`, `[…]`, `**`, `\` before a plain character.
///
/// Matching follows all possibilities at once, so its cost is the product of both lengths, whatever the pattern.
struct WildcardPattern: Equatable {
    /// One step of a pattern.
    enum Token: Equatable {
        case byte(UInt8)
        /// `?` or `[…]`: one byte of a set, never `/`.
        case oneOf(ByteSet)
        /// `*`: any bytes but `/`.
        case star
        /// `**` at the end: any bytes.
        case anything
        /// `**/`: nothing, or folders with their `/`; always followed by `inFolders`.
        case folders
        /// The folders after their first byte.
        case inFolders
        /// What git calls malformed: matches nothing.
        case never
    }

    private let tokens: [Token]

    /// Reads a pattern; one that git calls malformed matches nothing.
    init(_ pattern: ArraySlice<UInt8>) {
        tokens = WildcardParser.tokens(of: Array(pattern))
    }

    /// Whether the pattern matches all of `text`.
    func matches(_ text: ArraySlice<UInt8>) -> Bool {
        var active = [Bool](repeating: false, count: tokens.count + 1)
        activate(0, in: &active)
        for byte in text {
            var next = [Bool](repeating: false, count: tokens.count + 1)
            for position in tokens.indices where active[position] {
                advance(position, over: byte, into: &next)
            }
            guard next.contains(true) else { return false }
            active = next
        }
        return active[tokens.count]
    }

    private func advance(_ position: Int, over byte: UInt8, into next: inout [Bool]) {
        let isSlash = byte == UInt8(ascii: "/")
        switch tokens[position] {
        case .byte(let expected): if byte == expected { activate(position + 1, in: &next) }
        case .oneOf(let set): if !isSlash, set.contains(byte) { activate(position + 1, in: &next) }
        case .star: if !isSlash { activate(position, in: &next) }
        case .anything: activate(position, in: &next)
        case .folders:
            next[position + 1] = true
            if isSlash { activate(position + 2, in: &next) }
        case .inFolders:
            next[position] = true
            if isSlash { activate(position + 1, in: &next) }
        case .never: break
        }
    }

    /// Marks a position, and those reached from it without a byte.
    private func activate(_ position: Int, in states: inout [Bool]) {
        var position = position
        while !states[position] {
            states[position] = true
            guard position < tokens.count else { return }
            switch tokens[position] {
            case .star, .anything: position += 1
            case .folders: position += 2
            default: return
            }
        }
    }
}

/// A set of bytes.
struct ByteSet: Equatable {
    private var words: [UInt64] = [0, 0, 0, 0]

    /// The set of all bytes.
    static var all: ByteSet {
        var set = ByteSet()
        set.insert(0...255)
        return set
    }

    /// Whether `byte` is in it.
    func contains(_ byte: UInt8) -> Bool {
        words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
    }

    /// Adds a range; an empty one adds nothing.
    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    /// Adds the bytes for which `belongs` is true.
    mutating func insert(where belongs: (UInt8) -> Bool) {
        for byte in UInt8.min...UInt8.max where belongs(byte) { insert(byte...byte) }
    }

    /// The bytes that are not in it.
    var inverted: ByteSet {
        var set = self
        set.words = words.map(~)
        return set
    }
}
