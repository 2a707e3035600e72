/// Checks text that comes in pieces for being UTF-8 (RFC 3629): as soon as it cannot be any more, it says so.
struct UTF8Check {
    /// How many bytes of the current character are still to come.
    private var left = 0
    /// The values that the next of them may have.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether no character is cut off.
    var isComplete: Bool { left == 0 }

    /// Takes the next piece; whether the text can still be UTF-8.
    mutating func accepts(_ bytes: some Sequence<UInt8>) -> Bool {
        for byte in bytes {
            if left > 0 {
                guard allowed.contains(byte) else { return false }
                left -= 1
                allowed = 0x80...0xBF
                continue
            }
            switch byte {
            case 0..<0x80: continue
            case 0xC2...0xDF: left = 1
            case 0xE0: (left, allowed) = (2, 0xA0...0xBF)
            case 0xED: (left, allowed) = (2, 0x80...0x9F)
            case 0xE1...0xEF: left = 2
            case 0xF0: (left, allowed) = (3, 0x90...0xBF)
            case 0xF4: (left, allowed) = (3, 0x80...0x8F)
            case 0xF1...0xF3: left = 3
            default: return false
            }
        }
        return true
    }
}
