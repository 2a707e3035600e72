package import Diagnostics
import Files
package import SystemPackage

/// A published zip.
package enum SiteArchive {
    /// Unpacks the archive at `path` into `folder`, which only its owner can look into afterwards.
    ///
    /// - Parameters:
    ///   - path: The archive.
    ///   - folder: An existing, empty folder.
    /// - Throws: A `Failure` that names the archive when it is damaged or one of its paths leads out of it.
    package static func unpack(_ path: FilePath, to folder: FilePath) throws(Failure) {
        let bytes = try FileContents.read(path, limit: ZipArchive.Limits.site.bytes)
        do {
            let archive = try ZipArchive(bytes, limits: .site)
            for entry in archive.entries {
                let target = folder.appending(FilePath(entry.name).components)
                try Folder.create(target.removingLastComponent())
                try write(try archive.contents(of: entry), to: target)
            }
        } catch let damage as ZipArchive.Damage {
            throw Failure(
                .badInput, id: "site-zip-damaged", "'\(path)' \(damage.reason)", at: .init(file: path.string),
                hint: "publish it again")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.failed, id: "site-not-unpacked", "'\(path)' cannot be unpacked: \(error)")
        }
    }

    private static func write(_ bytes: [UInt8], to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(bytes) }
    }
}
