package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What stands at a path, with all that one system call tells about it.
package struct FileStatus: Sendable, Hashable {
    /// Whether it is a file, a folder or a link.
    package var kind: FileKind
    /// Who may do what with it.
    package var permissions: FilePermissions
    /// Its size, times and inode.
    package var stamp: FileStamp

    /// Looks at `path`; nil when nothing stands there or it cannot be looked at.
    package init?(of path: FilePath, followingLinks: Bool = true) {
        var status = stat()
        let result = path.withPlatformString {
            followingLinks ? stat($0, &status) : lstat($0, &status)
        }
        guard result == 0 else { return nil }
        self.init(status)
    }

    /// Looks at an open file.
    package init?(of file: FileDescriptor) {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Looks at `name` in an open folder, without following a link.
    package init?(of name: String, in folder: FileDescriptor) {
        var status = stat()
        guard fstatat(folder.rawValue, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .symbolicLink
        default: kind = .other
        }
        permissions = FilePermissions(rawValue: status.st_mode & 0o7777)
        #if canImport(Darwin)
            let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modified, changed) = (status.st_mtim, status.st_ctim)
        #endif
        stamp = FileStamp(
            size: Int(status.st_size), modified: Self.nanoseconds(modified),
            changed: Self.nanoseconds(changed), inode: UInt64(status.st_ino))
    }

    private static func nanoseconds(_ time: timespec) -> Int {
        let (seconds, overflow) = Int(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? 0 : seconds &+ Int(time.tv_nsec)
    }
}
