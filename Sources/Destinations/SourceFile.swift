import Diagnostics
import Files
import Sites
import SystemPackage

/// A source that is read to be published, and that must still be what the plan digested.
final class SourceFile {
    private let path: FilePath
    private let descriptor: FileDescriptor
    private let stamp: FileStamp?

    /// Opens the file at `path`.
    ///
    /// - Throws: A `Failure` when it cannot be read or does not look like `stamp` any more.
    init(_ path: FilePath, expecting stamp: FileStamp?) throws(Failure) {
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
        } catch {
            throw Failure(reading: path, error)
        }
        self.path = path
        self.stamp = stamp
        try checkUnchanged()
    }

    deinit {
        try? descriptor.close()
    }

    /// Goes to `offset`, in bytes from the start.
    ///
    /// - Throws: A `Failure` that names the file.
    func seek(to offset: Int) throws(Failure) {
        do {
            try descriptor.seek(offset: Int64(offset), from: .start)
        } catch {
            throw Failure(reading: path, error)
        }
    }

    /// Reads the next bytes; 0 at the end.
    ///
    /// - Throws: A `Failure` that names the file.
    func read(into buffer: inout [UInt8]) throws(Failure) -> Int {
        do {
            return try descriptor.readFully(into: &buffer)
        } catch {
            throw Failure(reading: path, error)
        }
    }

    /// Checks that nobody wrote to it since the plan was made.
    ///
    /// - Throws: A `Failure` that names the file.
    func checkUnchanged() throws(Failure) {
        guard let stamp, FileStatus(of: descriptor)?.stamp == stamp else { throw Failure(changing: path) }
    }
}
