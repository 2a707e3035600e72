import Diagnostics
import Files
import Sites
import SystemPackage

/// Writes a plan as a zip file: packed on all cores, written in the plan's order by one hand.
///
/// Memory stays flat with the size of the site: no more contents are in work than fit `budget`.
struct ZipWriter {
    private static let budget = 128 << 20

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
                        try output.add(piece, of: plan.entries[index])
                        progress.files += 1
                        progress.bytes += plan.entries[index].size
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
            return try packer.pack(plan.entries[index])
        }
    }
}

extension ZipBatch {
    /// The memory that packing takes: contents and their compressed form, or none where they are only stored.
    fileprivate var cost: Int {
        size > Self.largestCompressed ? 0 : 2 * size
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

    mutating func add(_ piece: ZipPiece, of entry: SitePlan.Entry) throws {
        var record = piece.record
        record.offset = offset
        try append(record.localHeader)
        records.append(record)
        if let contents = piece.contents {
            try append(contents)
        } else if case .file(let path) = entry.file.content {
            try flush()
            try copy(path, entry, expecting: record.checksum)
        }
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

    private mutating func copy(_ path: FilePath, _ entry: SitePlan.Entry, expecting checksum: UInt32) throws {
        let source = try SourceFile(path, expecting: entry.stamp)
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var (copied, found): (Int, UInt32) = (0, 0)
        while case let count = try source.read(into: &block), count > 0 {
            try file.writeFirst(count, of: block)
            found = Checksum.crc32(count, of: block, after: found)
            copied += count
            try Task.checkCancellation()
        }
        guard copied == entry.size, found == checksum else { throw Failure(changing: path) }
        offset += copied
    }
}
