package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What stands at a path.
package enum FileKind: Sendable, Equatable {
    case regular
    case folder
    case symbolicLink
    case other

    /// What stands at `path`; nil when nothing does or it cannot be looked at.
    package init?(of path: FilePath, followingLinks: Bool = true) {
        var status = stat()
        let result = path.withPlatformString {
            followingLinks ? stat($0, &status) : lstat($0, &status)
        }
        guard result == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .symbolicLink
        default: self = .other
        }
    }
}

extension FileKind {
    /// What a folder's listing tells; nil where it does not.
    init?(type: UInt32) {
        guard type != 0 else { return nil }
        switch mode_t(truncatingIfNeeded: type) {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .symbolicLink
        default: self = .other
        }
    }

    /// The permissions of what stands at `path`; nil when nothing does.
    package static func permissions(of path: FilePath) -> FilePermissions? {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        return FilePermissions(rawValue: status.st_mode & 0o7777)
    }
}
