import Files

/// Reads lines of fields that are joined by single spaces, byte by byte in place.
///
/// A last line without its end was cut short and is left out.
struct LineFields {
    private let bytes: [UInt8]
    private var position = 0
    private var end = 0
    private var following = 0

    /// Reads `bytes`.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Goes to the next line; false when no whole one is left.
    mutating func next() -> Bool {
        position = following
        end = following
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        following = end + 1
        return end < bytes.count
    }

    /// The next field; empty at the end of the line.
    mutating func field() -> String {
        let start = position
        while position < end, bytes[position] != UInt8(ascii: " ") { position += 1 }
        defer { position = min(position + 1, end) }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// The next field as decimal digits with an optional minus; nil when it is anything else.
    mutating func number() -> Int? {
        let isNegative = position < end && bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var value = 0
        while position < end, bytes[position] != UInt8(ascii: " ") {
            let digit = bytes[position] &- 0x30
            guard digit < 10 else { return nil }
            // Downwards, since the lowest number has no counterpart.
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.subtractingReportingOverflow(Int(digit))
            guard !overflow, !carry else { return nil }
            value = sum
            position += 1
        }
        guard position > start, isNegative || value != .min else { return nil }
        position = min(position + 1, end)
        return isNegative ? value : -value
    }

    /// The next field as a digest; nil when it is anything else.
    mutating func digest() -> ContentDigest? {
        let (start, stop) = (position, position + 64)
        guard stop <= end, stop == end || bytes[stop] == UInt8(ascii: " ") else { return nil }
        position = min(stop + 1, end)
        return ContentDigest(hexIn: bytes, at: start)
    }

    /// The next four fields as a stamp; nil when one is damaged.
    mutating func stamp() -> FileStamp? {
        guard let size = number(), let modified = number(), let changed = number(), let inode = number()
        else {
            return nil
        }
        return FileStamp(
            size: size, modified: modified, changed: changed, inode: UInt64(bitPattern: Int64(inode)))
    }

    /// What is left of the line.
    func rest() -> String {
        String(decoding: bytes[position..<end], as: UTF8.self)
    }

    /// What is left of the line, with what was escaped in it.
    func unescapedRest() -> String {
        guard bytes[position..<end].contains(UInt8(ascii: "%")) else { return rest() }
        var found: [UInt8] = []
        var left = bytes[position..<end]
        while let byte = left.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                found.append(byte)
                continue
            }
            found.append(left.starts(with: "0A".utf8) ? UInt8(ascii: "\n") : byte)
            left = left.dropFirst(2)
        }
        return String(decoding: found, as: UTF8.self)
    }
}
