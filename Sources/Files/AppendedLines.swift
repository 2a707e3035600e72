package import SystemPackage

/// Adding lines to a file in which later lines win, instead of writing all of it anew.
package enum AppendedLines {
    /// Adds lines to the file at `path`.
    ///
    /// What a kill or a power cut left of a last line is not to become a whole one by what follows it, so nothing is
    /// added to a file that does not end with a line break. Readers leave such a rest out.
    ///
    /// - Parameters:
    ///   - lines: The lines, each with its end.
    ///   - path: The file.
    ///   - limit: The size in bytes that the file must not exceed by this.
    ///   - flushes: Whether to wait until they are on the disk.
    /// - Returns: Whether they were added; if not, the file is to be written anew.
    package static func add(_ lines: [UInt8], to path: FilePath, limit: Int, flushes: Bool) -> Bool {
        guard
            let file = try? FileDescriptor.open(
                path, .readWrite, options: [.append, .closeOnExec, .noFollow])
        else { return false }
        defer { try? file.close() }
        do {
            let size = Int(try file.seek(offset: 0, from: .end))
            guard size > 0, size + lines.count <= limit else { return false }
            var last: [UInt8] = [0]
            try file.seek(offset: -1, from: .end)
            guard try file.readBlock(into: &last) == 1, last == [UInt8(ascii: "\n")] else { return false }
            try file.writeFirst(lines.count, of: lines)
            if flushes { try file.flushToDisk() }
            return true
        } catch {
            return false
        }
    }
}
