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
    ///   - mode: The permissions of the new file; nil keeps those of the old one, or gives what the user's mask allows.
    ///   - flushes: Whether a power cut must not take both the old and the new bytes.
    /// - Throws: A `Failure` that names the file; `path` is then unchanged and the temporary file gone.
    package static func write(
        _ bytes: [UInt8], to path: FilePath, mode: FilePermissions? = nil, flushes: Bool = true
    ) throws(Failure) {
        try stage(bytes, for: path, mode: mode, flushes: flushes).commit()
    }

    /// Contents that are on the disk beside the file they are to replace.
    package struct Staged: Sendable {
        fileprivate let temporary: FilePath
        fileprivate let target: FilePath

        /// Renames them over the file.
        ///
        /// - Throws: A `Failure` that names the file; it is then unchanged.
        package func commit() throws(Failure) {
            guard rename(temporary.string, target.string) == 0 else {
                let error = Errno(rawValue: errno)
                discard()
                throw FileReplacement.failure(target, error)
            }
        }

        /// Removes them again.
        package func discard() {
            unlink(temporary.string)
        }
    }

    /// Writes `bytes` to a temporary sibling of `path` and flushes it to the disk.
    ///
    /// What killed runs of this program left there is removed.
    ///
    /// - Parameters:
    ///   - bytes: The new contents.
    ///   - path: The file to create or replace later; its folder must exist.
    ///   - mode: The permissions of the new file; nil keeps those of the old one, or gives what the user's mask allows.
    ///   - flushes: Whether to wait until it is on the disk.
    /// - Returns: What is to be committed or discarded.
    /// - Throws: A `Failure` that names the file.
    package static func stage(
        _ bytes: [UInt8], for path: FilePath, mode: FilePermissions? = nil, flushes: Bool = true
    ) throws(Failure) -> Staged {
        let target = try resolved(path)
        guard [nil, .regular].contains(FileKind(of: target)) else {
            throw Failure(
                .failed, id: "file-not-regular",
                "'\(path)' is a folder, a device or a pipe, and cannot be replaced",
                at: .init(file: path.string), hint: "name a file")
        }
        let folder = target.removingLastComponent()
        sweep(folder)
        let name = "\(temporaryPrefix)\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
        let staged = Staged(temporary: folder.appending(name), target: target)
        do {
            let kept = mode ?? FileKind.permissions(of: target)
            let file = try FileDescriptor.open(
                staged.temporary, .writeOnly, options: [.create, .exclusiveCreate],
                permissions: kept ?? [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
            do {
                try file.closeAfter {
                    try file.writeAll(bytes)
                    if let kept, fchmod(file.rawValue, kept.rawValue) != 0 { throw Errno(rawValue: errno) }
                    guard !flushes || fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
                }
            } catch {
                staged.discard()
                throw error
            }
            return staged
        } catch {
            throw failure(path, error)
        }
    }

    /// Removes what killed runs of this program left in a folder: temporary files whose process is gone.
    package static func sweep(_ folder: FilePath) {
        for name in (try? Folder.names(in: folder)) ?? []
        where name.hasPrefix(temporaryPrefix) && name.hasSuffix(".tmp") {
            let digits = name.dropFirst(temporaryPrefix.count).prefix(while: \.isWholeNumber)
            guard let process = pid_t(digits), kill(process, 0) != 0, errno == ESRCH else { continue }
            unlink(folder.appending(name).string)
        }
    }

    private static func failure(_ path: FilePath, _ error: any Error) -> Failure {
        let hint: String? =
            switch error as? Errno {
            case .noSuchFileOrDirectory: "create the folder first"
            case .permissionDenied, .readOnlyFileSystem: "make its folder writable for you"
            case .noSpace: "make room on the disk"
            default: nil
            }
        return Failure(
            .failed, id: "file-not-written", "'\(path)' cannot be written: \(error)",
            at: .init(file: path.string),
            hint: hint)
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
