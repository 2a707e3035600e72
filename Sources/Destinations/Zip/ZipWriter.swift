import Diagnostics
import Files
import Sites
import SystemPackage

/// Writes a plan as a zip file: packed on all cores, written in the plan's order by one hand.
///
/// Memory stays flat with the size of the site: no more contents are in work than fit `budget`.
struct ZipWriter {
    private static let budget = 64 << 20

    /// The site.
    let plan: SitePlan
    /// How many tasks pack at a time.
    let workers: Int

    /// Writes the zip to an empty file.
    ///
    /// - Parameters:
    ///   - file: The file, open for writing.
    ///   - observer: Is told of progress.
    /// - Throws: A `Failure` for a source, an `Errno` for the zip, or `CancellationError`.
    func write(to file: FileDescriptor, observer: @escaping PublishProgress.Observer) async throws {
        var progress = PublishProgress(
            files: 0, totalFiles: plan.entries.count, bytes: 0, totalBytes: plan.size)
        var output = ZipOutput(file: file)
        try await withThrowingTaskGroup(of: (Int, [ZipPiece]).self) { group in
            let batches = ZipBatch.batches(of: plan.entries)
            var (started, written, inWork) = (0, 0, 0)
            var packed: [Int: [ZipPiece]] = [:]
            while written < batches.count {
                while started < batches.count, started - written < 4 * workers,
                    started == written || inWork + batches[started].cost <= Self.budget
                {
                    let (number, batch) = (started, batches[started])
                    inWork += batch.cost
                    started += 1
                    group.addTask { (number, try pack(batch)) }
                }
                guard let (number, pieces) = try await group.next() else { break }
                packed[number] = pieces
                while let pieces = packed.removeValue(forKey: written) {
                    for (index, piece) in zip(batches[written].range, pieces) {
                        try Task.checkCancellation()
                        let size = plan.entries[index].size
                        let part = batches[written].part
                        if let part {
                            try output.add(piece, part, ofSize: size)
                        } else {
                            try output.add(piece)
                        }
                        progress.files += part.map { $0.upperBound < size } == true ? 0 : 1
                        progress.bytes += part?.count ?? size
                        observer(progress)
                    }
                    inWork -= batches[written].cost
                    written += 1
                }
            }
        }
        try output.finish()
    }

    private func pack(_ batch: ZipBatch) throws -> [ZipPiece] {
        var packer = try ZipPacker()
        return try batch.range.map { index in
            try Task.checkCancellation()
            guard let part = batch.part else { return try packer.pack(plan.entries[index]) }
            return try packer.pack(part, of: plan.entries[index])
        }
    }
}

/// The zip file as it grows.
private struct ZipOutput {
    let file: FileDescriptor
    private var pending: [UInt8] = []
    private var offset = 0
    private var records: [ZipRecord] = []

    init(file: FileDescriptor) {
        self.file = file
    }

    mutating func add(_ piece: ZipPiece) throws {
        var record = piece.record
        record.offset = offset
        try append(record.localHeader)
        records.append(record)
        try append(piece.contents)
    }

    /// Adds a part of a file of `size` bytes, whose header is corrected after the last one.
    mutating func add(_ piece: ZipPiece, _ part: Range<Int>, ofSize size: Int) throws {
        if part.lowerBound == 0 {
            var record = piece.record
            (record.offset, record.size, record.compressedSize, record.checksum) = (offset, size, 0, 0)
            try append(record.localHeader)
            records.append(record)
        }
        var record = records.removeLast()
        record.checksum = Checksum.joined(record.checksum, piece.record.checksum, count: part.count)
        record.compressedSize += piece.contents.count
        records.append(record)
        try append(piece.contents)
        guard part.upperBound == size else { return }
        try flush()
        try file.seek(offset: Int64(record.offset), from: .start)
        try file.writeFirst(record.localHeader.count, of: record.localHeader)
        try file.seek(offset: 0, from: .end)
    }

    mutating func finish() throws {
        let start = offset
        for record in records { try append(record.directoryHeader) }
        try append(ZipRecord.end(count: records.count, offset: start, size: offset - start))
        try flush()
    }

    private mutating func append(_ bytes: [UInt8]) throws {
        offset += bytes.count
        guard bytes.count < 1 << 20 else {
            try flush()
            return try file.writeFirst(bytes.count, of: bytes)
        }
        pending += bytes
        if pending.count >= 1 << 20 { try flush() }
    }

    private mutating func flush() throws {
        try file.writeFirst(pending.count, of: pending)
        pending.removeAll(keepingCapacity: true)
    }
}
