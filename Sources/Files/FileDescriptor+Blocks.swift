import CFileSystem
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FileDescriptor {
    /// Reads up to the size of `buffer`.
    ///
    /// - Parameter buffer: Where the bytes go.
    /// - Returns: How many bytes were read; 0 at the end of the file.
    /// - Throws: An `Errno`.
    package func readBlock(into buffer: inout [UInt8]) throws(Errno) -> Int {
        while true {
            let count = unistdRead(rawValue, &buffer, buffer.count)
            guard count < 0 else { return count }
            guard errno == EINTR else { throw Errno.last }
        }
    }

    /// Reads until `buffer` is full or the file ends.
    ///
    /// - Parameter buffer: Where the bytes go, from its start.
    /// - Returns: How many bytes were read.
    /// - Throws: An `Errno`.
    package func readFully(into buffer: inout [UInt8]) throws(Errno) -> Int {
        let first = try readBlock(into: &buffer)
        guard first > 0, first < buffer.count else { return first }
        // Regular files answer in full but for signals, so that this hardly ever runs.
        var (filled, rest) = (first, [UInt8](repeating: 0, count: buffer.count - first))
        while filled < buffer.count {
            let count = try readBlock(into: &rest)
            guard count > 0 else { break }
            let used = Swift.min(count, buffer.count - filled)
            buffer.replaceSubrange(filled..<filled + used, with: rest[..<used])
            filled += used
        }
        return filled
    }

    /// Writes the first `count` of `bytes`.
    ///
    /// - Throws: An `Errno`.
    package func writeFirst(_ count: Int, of bytes: [UInt8]) throws(Errno) {
        var start = 0
        while start < count {
            let written =
                start == 0
                ? unistdWrite(rawValue, bytes, count)
                : unistdWrite(rawValue, Array(bytes[start..<count]), count - start)
            if written >= 0 { start += written } else if errno != EINTR { throw Errno.last }
        }
    }

    /// Sets the permissions of the open file.
    ///
    /// - Throws: An `Errno`.
    package func setPermissions(_ permissions: FilePermissions) throws(Errno) {
        guard fchmod(rawValue, permissions.rawValue) == 0 else { throw Errno.last }
    }

    /// Sets the time of the last write of the open file, in nanoseconds since 1970.
    ///
    /// - Throws: An `Errno`.
    package func setModified(_ nanoseconds: Int) throws(Errno) {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let time = timespec(
            tv_sec: rest < 0 ? seconds - 1 : seconds, tv_nsec: rest < 0 ? rest + 1_000_000_000 : rest)
        guard futimens(rawValue, [time, time]) == 0 else { throw Errno.last }
    }

    /// Lets the system begin to write the open file to the disk, so that waiting for it later takes less.
    package func beginFlushing() {
        #if os(Linux)
            // SYNC_FILE_RANGE_WRITE, for all of the file.
            _ = sync_file_range(rawValue, 0, 0, 2)
        #endif
    }

    /// Waits until the open file is on the disk.
    ///
    /// - Throws: An `Errno`.
    package func flushToDisk() throws(Errno) {
        guard fsync(rawValue) == 0 else { throw Errno.last }
    }

    /// Waits until everything written to the file system of the open file is on the disk.
    ///
    /// - Throws: An `Errno`.
    package func flushFileSystem() throws(Errno) {
        #if canImport(Darwin)
            sync()
        #else
            guard syncfs(rawValue) == 0 else { throw Errno.last }
        #endif
    }
}

/// The system call `read`, under a name that the methods of `FileDescriptor` do not hide.
private func unistdRead(_ descriptor: CInt, _ buffer: inout [UInt8], _ count: Int) -> Int {
    read(descriptor, &buffer, count)
}

/// The system call `write`, under a name that the methods of `FileDescriptor` do not hide.
private func unistdWrite(_ descriptor: CInt, _ bytes: [UInt8], _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
