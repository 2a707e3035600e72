import Diagnostics
import Files
import Sites
import SystemPackage

/// Some files that one task compresses: small ones together, a large one alone.
struct ZipBatch: Sendable {
    /// The files, by their index in the plan.
    var range: Range<Int>
    /// The memory that their contents take.
    var size: Int

    /// Contents up to this size are compressed in one piece; larger ones are stored, block by block.
    ///
    /// Deflate by whole buffers would need as much memory, and what is that large in a site is hardly ever text.
    static let largestCompressed = 128 << 20

    /// Divides the files of a plan in their order.
    static func batches(of entries: [SitePlan.Entry]) -> [ZipBatch] {
        var batches: [ZipBatch] = []
        for (index, entry) in entries.enumerated() {
            if var last = batches.last, last.size + entry.size <= 1 << 20, last.range.count < 256 {
                last.range = last.range.lowerBound..<index + 1
                last.size += entry.size
                batches[batches.count - 1] = last
            } else {
                batches.append(ZipBatch(range: index..<index + 1, size: entry.size))
            }
        }
        return batches
    }
}

/// One file, ready to be written; without contents it is stored straight from its source.
struct ZipPiece: Sendable {
    var record: ZipRecord
    var contents: [UInt8]?
}

/// Turns files into zip entries.
struct ZipPacker {
    private let deflater: Deflater
    private let taster: Deflater
    private var buffer: [UInt8] = []

    /// Creates one; each task needs its own.
    ///
    /// - Throws: A `Failure` when memory is short.
    init() throws(Failure) {
        deflater = try Deflater(level: 6)
        taster = try Deflater(level: 1)
    }

    /// Reads and compresses a file.
    ///
    /// - Throws: A `Failure` when its source cannot be read or has changed.
    mutating func pack(_ entry: SitePlan.Entry) throws(Failure) -> ZipPiece {
        var record = ZipRecord(
            name: entry.name, time: EntryTime(entry.digest), isDeflated: false, checksum: 0,
            compressedSize: entry.size, size: entry.size,
            mode: UInt16(truncatingIfNeeded: entry.mode.rawValue))
        switch entry.file.content {
        case .bytes(let bytes):
            return finish(&record, bytes, bytes.count)
        case .file(let path):
            let source = try SourceFile(path, expecting: entry.stamp)
            guard entry.size <= ZipBatch.largestCompressed else {
                record.checksum = try checksum(of: source)
                return ZipPiece(record: record, contents: nil)
            }
            // One byte more than there should be, so that a single read also sees the end.
            if buffer.count <= entry.size {
                buffer = [UInt8](repeating: 0, count: max(entry.size + 1, 64 << 10))
            }
            let count = try source.read(into: &buffer)
            try source.checkUnchanged()
            guard count == entry.size else { throw Failure(changing: path) }
            return finish(&record, buffer, count)
        }
    }

    private func finish(_ record: inout ZipRecord, _ bytes: [UInt8], _ count: Int) -> ZipPiece {
        record.checksum = Checksum.crc32(count, of: bytes)
        guard isWorthCompressing(bytes, count), let deflated = deflater.compress(count, of: bytes) else {
            return ZipPiece(record: record, contents: Array(bytes[..<count]))
        }
        record.isDeflated = true
        record.compressedSize = deflated.count
        return ZipPiece(record: record, contents: deflated)
    }

    /// Tastes large contents in four places, since compressing images and archives in vain takes longest of all.
    private func isWorthCompressing(_ bytes: [UInt8], _ count: Int) -> Bool {
        let taste = 16 << 10
        guard count > 32 * taste else { return true }
        return (0..<4).contains { place in
            let start = (count - taste) / 3 * place
            return taster.compress(taste, of: Array(bytes[start..<start + taste])) != nil
        }
    }

    private mutating func checksum(of source: SourceFile) throws(Failure) -> UInt32 {
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var checksum: UInt32 = 0
        while case let count = try source.read(into: &block), count > 0 {
            checksum = Checksum.crc32(count, of: block, after: checksum)
        }
        try source.checkUnchanged()
        return checksum
    }
}
