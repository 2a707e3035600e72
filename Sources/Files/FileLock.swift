package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file that nobody else can lock; the system lets go of it when the process ends, however it ends.
package final class FileLock: Sendable {
    /// What holds it; a child process that inherits this keeps the lock until it has ended as well.
    package let descriptor: FileDescriptor

    /// Opens a file, which is made if there is none, and locks it; nil when somebody else has locked it.
    ///
    /// - Parameter file: The file, in an existing folder.
    /// - Throws: An `Errno` when it cannot be opened, or its file system knows no locks.
    package init?(_ file: FilePath) throws {
        descriptor = try FileDescriptor.open(
            file, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 else { return }
        let error = Errno(rawValue: errno)
        guard error == .wouldBlock else { throw error }
        return nil
    }

    deinit { try? descriptor.close() }

    /// Whether somebody has locked a file at this moment.
    package static func isHeld(_ file: FilePath) -> Bool {
        guard let descriptor = try? FileDescriptor.open(file, .readOnly, options: .closeOnExec) else {
            return false
        }
        defer { try? descriptor.close() }
        return flock(descriptor.rawValue, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
