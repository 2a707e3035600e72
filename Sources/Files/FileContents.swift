package import Diagnostics
package import SystemPackage

/// Reading whole files, with errors a user can act on.
package enum FileContents {
    /// Reads the file at `path`.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The largest size that is accepted, in bytes.
    /// - Returns: Its bytes.
    /// - Throws: A `Failure` that names the file when it is missing, unreadable, a folder or too large.
    package static func read(_ path: FilePath, limit: Int = 512 << 20) throws(Failure) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            return try file.closeAfter {
                // A folder opens like a file, and its size is anything.
                guard FileKind(of: path) != .folder else { throw Errno.isDirectory }
                let size = Int(try file.seek(offset: 0, from: .end))
                guard size <= limit else {
                    throw Failure(
                        .badInput, id: "file-too-large",
                        "'\(path)' has \(size) bytes; \(limit) are the limit", at: .init(file: path.string)
                    )
                }
                try file.seek(offset: 0, from: .start)
                return try readAll(file, expecting: size)
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(reading: path, error)
        }
    }

    /// Reads the file at `path` as UTF-8 text, without its byte order mark; invalid bytes become U+FFFD.
    package static func text(_ path: FilePath) throws(Failure) -> String {
        let bytes = try read(path)
        return String(
            decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
    }
}

extension FileContents {
    /// Everything from the current offset of `file` to its end; `size` is a guess that saves reads.
    private static func readAll(_ file: FileDescriptor, expecting size: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size + 1)
        let filled = try file.readFully(into: &bytes)
        guard filled == bytes.count else {
            bytes.removeLast(bytes.count - filled)
            return bytes
        }
        // It grows while it is read, or does not tell its size.
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try file.readFully(into: &buffer)
            bytes += buffer[..<count]
            if count < buffer.count { return bytes }
        }
    }
}

extension Failure {
    /// The failure to read `path`, from the system's error.
    package init(reading path: FilePath, _ error: any Error) {
        let place = Diagnostic.Location(file: path.string)
        switch error as? Errno {
        case .noSuchFileOrDirectory:
            self.init(
                .badInput, id: "file-not-found", "'\(path)' does not exist", at: place,
                hint: "check its name and the current folder")
        case .isDirectory:
            self.init(.badInput, id: "file-is-folder", "'\(path)' is a folder, not a file", at: place)
        case .permissionDenied:
            self.init(
                .badInput, id: "file-unreadable", "'\(path)' may not be read by you", at: place,
                hint: "change its permissions")
        default:
            self.init(.badInput, id: "file-unreadable", "'\(path)' cannot be read: \(error)", at: place)
        }
    }
}
