package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder held open, whose entries are reached by name only.
///
/// Unlike a path, it cannot be redirected: entering a folder through it never follows a symbolic link, not even
/// one that somebody puts in place meanwhile.
package final class OpenFolder {
    /// The folder itself.
    package let descriptor: FileDescriptor
    /// What it was opened as, for messages and for listing it.
    package let path: FilePath

    /// Opens the folder at `path`, following links, since a user names it.
    ///
    /// - Throws: An `Errno`.
    package init(_ path: FilePath) throws(Errno) {
        self.path = path
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    private init(_ descriptor: FileDescriptor, _ path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(descriptor.rawValue)
    }

    /// What stands at `name`; nil when nothing does.
    package func status(of name: String) -> FileStatus? {
        FileStatus(of: name, in: descriptor)
    }

    /// Enters the folder `name`.
    ///
    /// - Throws: An `Errno`: `.notDirectory` or `.tooManySymbolicLinkLevels` when it is not a folder.
    package func folder(_ name: String) throws(Errno) -> OpenFolder {
        OpenFolder(try open(name, O_RDONLY | O_DIRECTORY), path.appending(name))
    }

    /// Makes the folder `name`; one that exists already is fine.
    ///
    /// - Throws: An `Errno`.
    package func makeFolder(_ name: String) throws(Errno) {
        guard mkdirat(descriptor.rawValue, name, 0o777) == 0 || errno == EEXIST else { throw Errno.last }
    }

    /// Opens the file `name` for reading.
    ///
    /// - Throws: An `Errno`.
    package func read(_ name: String) throws(Errno) -> FileDescriptor {
        try open(name, O_RDONLY | O_NONBLOCK)
    }

    /// Creates the file `name`, which must not exist, for writing by its owner alone.
    ///
    /// - Throws: An `Errno`.
    package func create(_ name: String) throws(Errno) -> FileDescriptor {
        try open(name, O_WRONLY | O_CREAT | O_EXCL)
    }

    /// Renames `name` to `newName`, in whose place it comes.
    ///
    /// - Throws: An `Errno`.
    package func rename(_ name: String, to newName: String) throws(Errno) {
        guard renameat(descriptor.rawValue, name, descriptor.rawValue, newName) == 0 else { throw Errno.last }
    }

    /// Changes the permissions of the file or folder `name`.
    ///
    /// - Throws: An `Errno`.
    package func setPermissions(_ permissions: FilePermissions, of name: String) throws(Errno) {
        guard fchmodat(descriptor.rawValue, name, permissions.rawValue, 0) == 0 else { throw Errno.last }
    }

    /// Removes the file or link `name`; one that is gone already is fine.
    ///
    /// - Throws: An `Errno`.
    package func removeFile(_ name: String) throws(Errno) {
        guard unlinkat(descriptor.rawValue, name, 0) == 0 || errno == ENOENT else { throw Errno.last }
    }

    /// Removes the folder `name`, which must be empty; one that is gone already is fine.
    ///
    /// - Throws: An `Errno`.
    package func removeFolder(_ name: String) throws(Errno) {
        guard unlinkat(descriptor.rawValue, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw Errno.last
        }
    }

    private func open(_ name: String, _ flags: CInt) throws(Errno) -> FileDescriptor {
        let result = openat(descriptor.rawValue, name, flags | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard result >= 0 else { throw Errno.last }
        return FileDescriptor(rawValue: result)
    }
}

extension Errno {
    /// The error of the last system call of this thread.
    package static var last: Errno { Errno(rawValue: errno) }
}
