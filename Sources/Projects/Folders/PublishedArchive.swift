import Files
import SystemPackage

/// Recognises a zip that a Debug publish wrote, which holds the secret of a site.
enum PublishedArchive {
    /// What every site with a debug endpoint holds, be it a folder or an archive.
    static let telling = "ptvsd/settings.json"
    /// The record at the end, its longest comment included, in bytes (APPNOTE 4.3.16).
    private static let longestEnd = 22 + 65_535
    private static let largestDirectory = 64 << 20

    /// Whether a file of that name is an archive.
    static func isNamed(_ name: String) -> Bool {
        name.utf8.count > 4 && name.utf8.suffix(4).elementsEqual(".zip".utf8) { $0 | 0x20 == $1 }
    }

    /// Whether the archive at `path` holds a site with a debug endpoint; one that cannot be read holds none.
    static func isOne(_ path: FilePath) -> Bool {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
        else { return false }
        return (try? file.closeAfter { try directory(of: file).contains(Array(telling.utf8)) }) ?? false
    }

    /// The central directory (APPNOTE 4.3.12); of an archive with 64-bit sizes all that stands before the end.
    private static func directory(of file: FileDescriptor) throws -> [UInt8] {
        let size = Int(try file.seek(offset: 0, from: .end))
        let tailStart = max(0, size - longestEnd)
        let tail = try bytes(of: file, from: tailStart, count: size - tailStart)
        let signature: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
        guard
            let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
                tail[$0..<$0 + 4].elementsEqual(signature)
            })
        else { return [] }
        let (length, start) = (tail.number(4, at: end + 12), tail.number(4, at: end + 16))
        guard start + length <= tailStart + end else { return tail }
        return try bytes(of: file, from: start, count: min(length, largestDirectory))
    }

    private static func bytes(of file: FileDescriptor, from start: Int, count: Int) throws -> [UInt8] {
        guard count > 0 else { return [] }
        try file.seek(offset: Int64(start), from: .start)
        var buffer = [UInt8](repeating: 0, count: count)
        let filled = try file.readFully(into: &buffer)
        return Array(buffer[..<filled])
    }
}
