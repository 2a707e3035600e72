/// Documents as nobody would write them, the same for the same seed.
struct RandomJSONC {
    private var generator: Seeded
    private let lineEnd: String
    private let indentation: String

    init(seed: UInt64) {
        generator = Seeded(state: seed)
        lineEnd = ["\n", "\r\n", "\n"][Int(generator.next() % 3)]
        indentation = ["  ", "    ", "\t", ""][Int(generator.next() % 4)]
    }

    /// A whole file: an object that has `array` or not, in the midst of others.
    mutating func document(array: String) -> String {
        var members = (0..<below(4)).map { _ in (quoted(word()), value(depth: 3)) }
        if !oneIn(4) {
            members.insert(
                (
                    quoted(array),
                    list(depth: 3, of: { $0.oneIn(6) ? $0.value(depth: 1) : $0.object(depth: 2) })
                ), at: below(members.count + 1))
        }
        let mark = oneIn(3) ? "\u{FEFF}" : ""
        return mark + gap() + block("{", "}", members.map { $0.0 + gap() + ":" + gap() + $0.1 }, 0) + gap()
    }

    private mutating func value(depth: Int) -> String {
        switch below(depth > 0 ? 7 : 5) {
        case 0: quoted(word())
        case 1: ["0", "-1.5e+3", "5678", "12E2"][below(4)]
        case 2: ["true", "false", "null"][below(3)]
        case 3: quoted("// " + word())
        case 4: quoted("/* \\\" \\u00e9 \\\\")
        case 5: object(depth: depth)
        default: list(depth: depth) { $0.value(depth: depth - 1) }
        }
    }

    private mutating func object(depth: Int) -> String {
        let members = (0..<below(4)).map { _ in quoted(word()) + gap() + ":" + gap() + value(depth: depth - 1)
        }
        return block("{", "}", members, 4 - depth)
    }

    private mutating func list(depth: Int, of part: (inout Self) -> String) -> String {
        let parts = (0..<below(4)).map { _ in part(&self) }
        return block("[", "]", parts, 4 - depth)
    }

    private mutating func block(_ opening: String, _ closing: String, _ parts: [String], _ depth: Int)
        -> String
    {
        let isOnOneLine = oneIn(3)
        var text = opening + gap()
        for (index, part) in parts.enumerated() {
            if !isOnOneLine { text += lineEnd + String(repeating: indentation, count: depth + 1) }
            text += part + gap()
            if index < parts.count - 1 || oneIn(3) { text += "," + gap() }
        }
        if !isOnOneLine { text += lineEnd + String(repeating: indentation, count: depth) }
        return text + closing
    }

    /// Nothing, blanks or comments.
    private mutating func gap() -> String {
        switch below(14) {
        case 0: " /* , ] } \" */ "
        case 1: " // { [ \" ," + lineEnd
        case 2: lineEnd
        case 3: "\t"
        case 4: "/**/"
        case 5...7: " "
        default: ""
        }
    }

    private mutating func word() -> String {
        ["name", "label", "version", "a b", "é😀", "", "tasks"][below(7)]
    }
    private func quoted(_ text: String) -> String { "\"\(text)\"" }
    private mutating func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
    private mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
}

/// Random numbers that are the same for the same seed (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
