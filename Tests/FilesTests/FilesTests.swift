import Diagnostics
import Files
import Foundation
import SystemPackage
import Testing

struct FilesTests {
    let folder: FilePath

    init() throws {
        folder = FilePath(NSTemporaryDirectory()).appending("files-\(UUID().uuidString)")
        try Folder.create(folder)
    }

    @Test func `A replaced file has the new bytes, keeps its permissions and leaves no sibling behind`()
        throws
    {
        let file = folder.appending("a.txt")
        try FileReplacement.write([1, 2], to: file, mode: .ownerReadWrite)
        try FileReplacement.write([3], to: file)
        #expect(try FileContents.read(file) == [3])
        #expect(try Folder.names(in: folder) == ["a.txt"])
        let mode =
            try FileManager.default.attributesOfItem(atPath: file.string)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
    }

    @Test func `A file behind a link is replaced and the link stays`() throws {
        try FileReplacement.write([1], to: folder.appending("real"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending("link").string, withDestinationPath: "real")
        try FileReplacement.write([2], to: folder.appending("link"))
        #expect(FileKind(of: folder.appending("link"), followingLinks: false) == .symbolicLink)
        #expect(try FileContents.read(folder.appending("real")) == [2])
    }

    @Test func `A lock keeps others away until it is given up`() throws {
        let file = folder.appending("a.lock")
        #expect(!FileLock.isHeld(file))
        var lock = try FileLock(file)
        #expect(try lock != nil && FileLock.isHeld(file) && FileLock(file) == nil)
        lock = nil
        #expect(try !FileLock.isHeld(file) && FileLock(file) != nil)
    }

    @Test func `What cannot be read is named`() {
        #expect(throws: Failure.self) { try FileContents.read(folder) }
        let missing = folder.appending("no")
        #expect(
            throws: Failure(
                .badInput, id: "file-not-found", "'\(missing)' does not exist",
                at: .init(file: missing.string),
                hint: "check its name and the current folder")
        ) {
            try FileContents.read(missing)
        }
    }
}
