import CZLib
import Diagnostics
import Files
import Sites
import SystemPackage

/// Some files that one task compresses: small ones together, a large one alone, the largest part by part.
struct ZipBatch: Sendable {
    /// The files, by their index in the plan.
    var range: Range<Int>
    /// The size of what is packed, in bytes.
    var size: Int
    /// Which bytes of the only file are packed; nil for whole files.
    var part: Range<Int>?

    /// Contents up to this size are compressed in one piece, which is faster and smaller but takes as much memory.
    static let largestWhole = 32 << 20
    private static let partSize = 2 << 20

    /// The memory that packing takes: contents, and what becomes of them.
    var cost: Int { part == nil ? 2 * size : 3 * size }

    /// Divides the files of a plan in their order.
    static func batches(of entries: [SitePlan.Entry]) -> [ZipBatch] {
        var batches: [ZipBatch] = []
        for (index, entry) in entries.enumerated() {
            let alone = index..<index + 1
            if entry.size > largestWhole, case .file = entry.file.content {
                batches += stride(from: 0, to: entry.size, by: partSize).map { start in
                    let part = start..<min(start + partSize, entry.size)
                    return ZipBatch(range: alone, size: part.count, part: part)
                }
            } else if var last = batches.last, last.part == nil, last.size + entry.size <= 1 << 20,
                last.range.count < 256
            {
                last.range = last.range.lowerBound..<index + 1
                last.size += entry.size
                batches[batches.count - 1] = last
            } else {
                batches.append(ZipBatch(range: alone, size: entry.size))
            }
        }
        return batches
    }
}

/// One file, or a part of it, ready to be written.
struct ZipPiece: Sendable {
    var record: ZipRecord
    var contents: [UInt8]
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
        var record = record(of: entry)
        switch entry.file.content {
        case .bytes(let bytes):
            return finish(&record, bytes, bytes.count)
        case .file(let path):
            // One byte more than there should be, so that a single read also sees the end.
            if buffer.count <= entry.size {
                buffer = [UInt8](repeating: 0, count: max(entry.size + 1, 64 << 10))
            }
            let source = try SourceFile(path, expecting: entry.stamp)
            let count = try source.read(into: &buffer)
            try source.checkUnchanged()
            guard count == entry.size else { throw Failure(changing: path) }
            return finish(&record, buffer, count)
        }
    }

    /// Reads and compresses some bytes of a file.
    ///
    /// - Parameters:
    ///   - part: Which bytes.
    ///   - entry: The file.
    /// - Returns: That part of its deflate stream, with the size and check sum of these bytes alone.
    /// - Throws: A `Failure` when its source cannot be read or has changed.
    func pack(_ part: Range<Int>, of entry: SitePlan.Entry) throws(Failure) -> ZipPiece {
        guard case .file(let path) = entry.file.content else { throw Failure(changing: FilePath(entry.name)) }
        // How far back a deflate stream may refer (RFC 1951, section 2).
        let start = max(0, part.lowerBound - (32 << 10))
        let source = try SourceFile(path, expecting: entry.stamp)
        try source.seek(to: start)
        var bytes = [UInt8](repeating: 0, count: part.upperBound - start)
        guard try source.read(into: &bytes) == bytes.count else { throw Failure(changing: path) }
        try source.checkUnchanged()
        let contents = Array(bytes[(part.lowerBound - start)...])
        var deflated = [UInt8](repeating: 0, count: part.count + part.count / 64 + 1024)
        let size = deflate_part(
            bytes, part.lowerBound - start, bytes.count, &deflated, deflated.count,
            isWorthCompressing(contents, contents.count) ? 6 : 0, part.upperBound == entry.size ? 1 : 0)
        guard size > 0 else { throw .outOfMemory }
        deflated.removeLast(deflated.count - size)
        var record = record(of: entry)
        record.isDeflated = true
        (record.size, record.compressedSize) = (part.count, size)
        record.checksum = Checksum.crc32(contents.count, of: contents)
        return ZipPiece(record: record, contents: deflated)
    }

    private func record(of entry: SitePlan.Entry) -> ZipRecord {
        ZipRecord(
            name: entry.name, time: EntryTime(entry.digest), isDeflated: false, checksum: 0,
            compressedSize: entry.size, size: entry.size,
            mode: UInt16(truncatingIfNeeded: entry.mode.rawValue))
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
}
