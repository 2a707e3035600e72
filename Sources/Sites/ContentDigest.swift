package import Crypto
import Files
package import SystemPackage

/// The SHA-256 of some contents.
package struct ContentDigest: Hashable, Sendable {
    /// Its first eight bytes as a number, for what is derived from contents.
    package let prefix: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Digests `bytes`.
    package init(of bytes: [UInt8]) {
        self.init(SHA256.hash(data: bytes))
    }

    /// Takes over a finished digest.
    package init(_ digest: SHA256.Digest) {
        var words: [UInt64] = []
        words.reserveCapacity(4)
        for (index, byte) in digest.enumerated() {
            if index.isMultiple(of: 8) { words.append(0) }
            words[index / 8] = words[index / 8] << 8 | UInt64(byte)
        }
        (prefix, second, third, fourth) = (words[0], words[1], words[2], words[3])
    }

    /// Digests an open file from its current offset to its end.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - size: How large it should be in bytes; spares memory.
    /// - Throws: An `Errno`.
    package init(of file: FileDescriptor, size: Int) throws(Errno) {
        var hasher = SHA256()
        // One byte more, so that a single read also sees the end.
        var buffer = [UInt8](repeating: 0, count: min(max(size, 0), 256 << 10) + 1)
        while true {
            let count = try file.readBlock(into: &buffer)
            guard count > 0 else { break }
            hasher.update(data: buffer[..<count])
        }
        self.init(hasher.finalize())
    }

    /// Reads 64 hexadecimal digits; nil when they are anything else.
    package init?(hex: some StringProtocol) {
        let bytes = Array(hex.utf8)
        guard bytes.count == 64 else { return nil }
        self.init(hexIn: bytes, at: 0)
    }

    /// Reads the 64 hexadecimal digits that begin at `start`, where there are as many bytes; nil when they are
    /// anything else.
    init?(hexIn bytes: [UInt8], at start: Int) {
        guard let first = Self.word(bytes, start), let second = Self.word(bytes, start + 16),
            let third = Self.word(bytes, start + 32), let fourth = Self.word(bytes, start + 48)
        else { return nil }
        (prefix, self.second, self.third, self.fourth) = (first, second, third, fourth)
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt64? {
        // No digit can be foreseen: a branch for each would be taken wrongly half of the time.
        var (word, isWrong): (UInt64, UInt8) = (0, 0)
        for position in start..<start + 16 {
            let byte = bytes[position]
            let (decimal, letter) = (byte &- 0x30, (byte | 0x20) &- 0x61)
            isWrong |= (decimal < 10 ? 0 : 1) & (letter < 6 ? 0 : 1)
            word = word &<< 4 | UInt64((byte & 15) &+ (byte &>> 6) &* 9)
        }
        return isWrong == 0 ? word : nil
    }

    /// Its 64 hexadecimal digits.
    package var hex: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        appendHex(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// Writes its 64 hexadecimal digits.
    func appendHex(to text: inout [UInt8]) {
        Self.append(prefix, to: &text)
        Self.append(second, to: &text)
        Self.append(third, to: &text)
        Self.append(fourth, to: &text)
    }

    private static func append(_ word: UInt64, to text: inout [UInt8]) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift &-= 4
            let digit = UInt8(truncatingIfNeeded: word &>> shift) & 15
            text.append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
        }
    }
}
