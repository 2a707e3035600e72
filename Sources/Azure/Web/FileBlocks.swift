import Files
import SystemPackage

import struct NIOCore.ByteBuffer

/// A file as the blocks it is sent in: no more than one is in memory.
struct FileBlocks: AsyncSequence, Sendable {
    /// The file.
    let path: FilePath
    /// Its size in bytes, which the server has been told.
    let size: Int
    /// Is told how much was handed on.
    let observer: WebRequest.SendObserver?

    func makeAsyncIterator() -> Iterator {
        Iterator(path: path, size: size, observer: observer)
    }

    /// Opens the file with the first block and closes it with the last, or when it is let go.
    struct Iterator: AsyncIteratorProtocol {
        private let path: FilePath
        private let size: Int
        private let observer: WebRequest.SendObserver?
        private var file: OpenFile?
        private var sent = 0
        private var buffer = [UInt8](repeating: 0, count: 256 << 10)

        init(path: FilePath, size: Int, observer: WebRequest.SendObserver?) {
            self.path = path
            self.size = size
            self.observer = observer
        }

        mutating func next() async throws -> ByteBuffer? {
            try Task.checkCancellation()
            if sent > 0 { try observer?(sent) }
            guard sent < size else { return nil }
            let file = try file ?? OpenFile(path)
            self.file = file
            let count = try file.descriptor.readFully(into: &buffer)
            guard count > 0 else { throw Errno.ioError }
            sent += count
            return ByteBuffer(bytes: buffer[..<count])
        }
    }

    private final class OpenFile {
        let descriptor: FileDescriptor

        init(_ path: FilePath) throws {
            descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        }

        deinit {
            try? descriptor.close()
        }
    }
}
