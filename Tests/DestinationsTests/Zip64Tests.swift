import Foundation
import Sites
import SystemPackage
import Testing

@testable import Destinations

struct Zip64Tests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Headers as the writer makes them, around a hole of 4.4 GB, which takes no room on the disk.
    @Test func `Files beyond 4 GiB, and files behind them, are found by other programs`() throws {
        let zip = try folder.write("site.zip", "")
        let size = 4_400_000_000
        let text = Array("after".utf8)
        func record(_ name: String, _ size: Int, _ checksum: UInt32) -> ZipRecord {
            ZipRecord(
                name: name, time: EntryTime(ContentDigest(of: text)), isDeflated: false, checksum: checksum,
                compressedSize: size, size: size, mode: 0o644)
        }
        let large = record("large.bin", size, 0)
        var small = record("z.txt", text.count, Checksum.crc32(text.count, of: text))
        small.offset = large.localHeader.count + size
        let start = small.offset + small.localHeader.count + text.count
        let directory = large.directoryHeader + small.directoryHeader
        let file = try FileDescriptor.open(zip, .readWrite)
        try file.writeAll(large.localHeader)
        try file.seek(offset: Int64(size), from: .current)
        try file.writeAll(small.localHeader + text + directory)
        try file.writeAll(ZipRecord.end(count: 2, offset: start, size: directory.count))
        try file.close()
        #expect(try run("unzip", ["-p", zip.string, "z.txt"]) == (0, "after"))
        #expect(try run("unzip", ["-l", zip.string]).1.contains("\(size)"))
        #expect(try run("bsdtar", ["-xOf", zip.string, "z.txt"]) == (0, "after"))
        let script = """
            import sys, zipfile
            archive = zipfile.ZipFile(sys.argv[1])
            large, small = archive.infolist()
            assert large.file_size == large.compress_size == \(size), large
            assert small.header_offset > 2 ** 32 and archive.read("z.txt") == b"after"
            """
        #expect(try run("python3", ["-c", script, zip.string]) == (0, ""))
    }
}
