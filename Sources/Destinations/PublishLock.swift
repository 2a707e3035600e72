import Diagnostics
import Files
import Sites
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Keeps a second publish away from a destination while one runs; the system lets go of it when the process ends.
final class PublishLock: Sendable {
    /// What holds it; a child process that inherits this keeps the lock until it has ended as well.
    let descriptor: FileDescriptor

    /// Takes the lock of the destination whose manifest is `manifest`.
    ///
    /// - Throws: A `Failure` with the id `destination-busy` when another publish holds it, or another one when the
    ///   state folder cannot be written.
    init(of manifest: FilePath, destination: String, in state: StateFolder) throws(Failure) {
        let file = manifest.removingLastComponent().appending((manifest.stem ?? "") + ".lock")
        try state.prepare(file)
        do {
            descriptor = try FileDescriptor.open(
                file, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        } catch {
            throw Failure(
                .failed, id: "file-not-written", "'\(file)' cannot be written: \(error)",
                at: .init(file: file.string))
        }
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure(
                .failed, id: "destination-busy", "another publish to '\(destination)' is running",
                hint: "wait until it has ended")
        }
    }

    deinit {
        close(descriptor.rawValue)
    }
}
