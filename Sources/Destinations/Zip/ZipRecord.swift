/// One entry of a zip file: what its headers say.
///
/// Layout and numbers as in PKWARE's APPNOTE 6.3.3. Names are UTF-8 and say so (bit 11); sizes or offsets beyond
/// 32 bits go to a zip64 field (4.5.3).
struct ZipRecord {
    var name: String
    var time: EntryTime
    var isDeflated: Bool
    var checksum: UInt32
    var compressedSize: Int
    var size: Int
    /// The permissions, as on Unix.
    var mode: UInt16
    /// Where its local header begins.
    var offset = 0

    private static let limit = 0xFFFF_FFFF
    /// Decided by the size, since the header is written before the compressed size is known; what does not
    /// compress grows by less than a 256th.
    private var needsZip64Sizes: Bool { size >= Self.limit - Self.limit >> 8 }

    /// The header before its contents.
    var localHeader: [UInt8] {
        var bytes = LittleEndian()
        bytes.add(UInt32(0x0403_4B50))
        addCommon(to: &bytes)
        let name = Array(name.utf8)
        var extra = LittleEndian()
        if needsZip64Sizes {
            extra.add(UInt16(1), UInt16(16))
            extra.add(UInt64(size), UInt64(compressedSize))
        }
        bytes.add(UInt16(name.count), UInt16(extra.bytes.count))
        return bytes.bytes + name + extra.bytes
    }

    /// Its header in the central directory.
    var directoryHeader: [UInt8] {
        var extra = LittleEndian()
        if needsZip64Sizes { extra.add(UInt64(size), UInt64(compressedSize)) }
        if offset >= Self.limit { extra.add(UInt64(offset)) }
        var field = LittleEndian()
        if !extra.bytes.isEmpty { field.add(UInt16(1), UInt16(extra.bytes.count)) }
        let name = Array(name.utf8)
        var bytes = LittleEndian()
        bytes.add(UInt32(0x0201_4B50))
        // Made on Unix (3), so that the upper half of the attributes counts as its permissions.
        bytes.add(UInt16(3 << 8 | 45))
        addCommon(to: &bytes)
        bytes.add(UInt16(name.count), UInt16(field.bytes.count + extra.bytes.count))
        bytes.add(UInt16(0), UInt16(0), UInt16(0))
        bytes.add(UInt32(0o100000 | UInt32(mode)) << 16, UInt32(min(offset, Self.limit)))
        return bytes.bytes + name + field.bytes + extra.bytes
    }

    /// The end of a zip file whose directory has `count` entries, starts at `offset` and has `size` bytes.
    static func end(count: Int, offset: Int, size: Int) -> [UInt8] {
        var bytes = LittleEndian()
        if count >= 0xFFFF || offset >= limit || size >= limit {
            bytes.add(UInt32(0x0606_4B50))
            bytes.add(UInt64(44))
            bytes.add(UInt16(3 << 8 | 45), UInt16(45))
            bytes.add(UInt32(0), UInt32(0))
            bytes.add(UInt64(count), UInt64(count), UInt64(size), UInt64(offset))
            bytes.add(UInt32(0x0706_4B50), UInt32(0))
            bytes.add(UInt64(offset + size))
            bytes.add(UInt32(1))
        }
        let shown = UInt16(min(count, 0xFFFF))
        bytes.add(UInt32(0x0605_4B50))
        bytes.add(UInt16(0), UInt16(0), shown, shown)
        bytes.add(UInt32(min(size, limit)), UInt32(min(offset, limit)))
        bytes.add(UInt16(0))
        return bytes.bytes
    }

    private func addCommon(to bytes: inout LittleEndian) {
        let needsZip64 = needsZip64Sizes || offset >= Self.limit
        bytes.add(UInt16(needsZip64 ? 45 : 20), UInt16(1 << 11), UInt16(isDeflated ? 8 : 0))
        bytes.add(time.time, time.date)
        bytes.add(checksum)
        // Both sizes go to the zip64 field as soon as one has to.
        let shown = needsZip64Sizes ? (Self.limit, Self.limit) : (compressedSize, size)
        bytes.add(UInt32(shown.0), UInt32(shown.1))
    }
}

/// Numbers as zip files write them.
struct LittleEndian {
    private(set) var bytes: [UInt8] = []

    mutating func add<Number: FixedWidthInteger>(_ numbers: Number...) {
        for number in numbers {
            for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
    }
}
