/// Turns offsets into lines and columns in constant time, also in a file that is one long line.
///
/// LF, CRLF and a lone CR each end a line; columns count UTF-16 units.
struct LineIndex: Sendable {
    private let text: [UInt8]
    private let lineStarts: [Int32]
    /// UTF-16 units before every `stride`th byte.
    private let unitsBefore: [Int32]
    private static let stride = 256

    /// Indexes UTF-8 text.
    init(_ text: [UInt8]) {
        var starts: [Int32] = [0]
        var units: [Int32] = []
        units.reserveCapacity(text.count / Self.stride + 1)
        var count: Int32 = 0
        for index in text.indices {
            if index & (Self.stride - 1) == 0 { units.append(count) }
            let byte = text[index]
            count &+= Self.units(byte)
            if byte == 0x0A || byte == 0x0D && (index + 1 == text.count || text[index + 1] != 0x0A) {
                starts.append(Int32(truncatingIfNeeded: index + 1))
            }
        }
        self.text = text
        lineStarts = starts
        unitsBefore = units
    }

    /// The 1-based line and column of the byte at `offset`.
    func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), text.count)
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
        }
        return (low + 1, units(before: offset) - units(before: Int(lineStarts[low])) + 1)
    }

    private func units(before offset: Int) -> Int {
        guard !unitsBefore.isEmpty else { return 0 }
        let block = min(offset / Self.stride, unitsBefore.count - 1)
        var count = unitsBefore[block]
        for index in block * Self.stride..<offset { count &+= Self.units(text[index]) }
        return Int(count)
    }

    /// Continuation bytes add nothing, four-byte sequences are surrogate pairs.
    @inline(__always)
    private static func units(_ byte: UInt8) -> Int32 {
        byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
    }
}
