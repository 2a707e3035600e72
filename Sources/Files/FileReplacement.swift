package import Diagnostics
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Replacing files so that a reader, or a power cut, sees the old bytes or the new ones and nothing between.
package enum FileReplacement {
    /// How temporary siblings begin; a leftover of a killed run is recognised by it.
    package static let temporaryPrefix = ".ptvsd-publish-"

    /// Writes `bytes` to a temporary sibling of `path`, flushes it to the disk and renames it over `path`.
    ///
    /// - Parameters:
    ///   - bytes: The new contents.
    ///   - path: The file to create or replace; its folder must exist.
    ///   - mode: The permissions of the new file; nil keeps those of the old one, or 0644.
    /// - Throws: A `Failure` that names the file; `path` is then unchanged and the temporary file gone.
    package static func write(
        _ bytes: [UInt8], to path: FilePath, mode: FilePermissions? = nil
    ) throws(Failure) {
        let target = try resolved(path)
        let name = "\(temporaryPrefix)\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
        let temporary = target.removingLastComponent().appending(name)
        do {
            let permissions =
                mode ?? FileKind.permissions(of: target) ?? [.ownerReadWrite, .groupRead, .otherRead]
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate], permissions: permissions)
            do {
                try file.closeAfter {
                    try file.writeAll(bytes)
                    guard fchmod(file.rawValue, permissions.rawValue) == 0, fsync(file.rawValue) == 0 else {
                        throw Errno(rawValue: errno)
                    }
                }
                guard rename(temporary.string, target.string) == 0 else { throw Errno(rawValue: errno) }
            } catch {
                unlink(temporary.string)
                throw error
            }
        } catch {
            throw Failure(
                .failed, id: "file-not-written", "'\(path)' cannot be written: \(error)",
                at: .init(file: path.string))
        }
    }

    /// The file behind `path` when it is a symbolic link: the link stays, its target is replaced.
    private static func resolved(_ path: FilePath) throws(Failure) -> FilePath {
        guard FileKind(of: path, followingLinks: false) == .symbolicLink,
            let real = realpath(path.string, nil)
        else { return path }
        defer { free(real) }
        return FilePath(String(cString: real))
    }
}
