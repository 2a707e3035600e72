/// What a file system tells about a file's contents without reading them.
///
/// Two equal stamps of one path mean the same contents: every write changes the times (and a replacement the
/// inode). The change time is included because a copy that keeps times can put other contents of the same
/// size and modification time in place, which rsync's quick check overlooks.
package struct FileStamp: Hashable, Sendable {
    /// The size in bytes.
    package var size: Int
    /// The last write, in nanoseconds since 1970.
    package var modified: Int
    /// The last change of contents, name or permissions, in nanoseconds since 1970.
    package var changed: Int
    /// The number of the file in its file system.
    package var inode: UInt64

    /// Creates a stamp from recorded values.
    package init(size: Int, modified: Int, changed: Int, inode: UInt64) {
        self.size = size
        self.modified = modified
        self.changed = changed
        self.inode = inode
    }

    /// Whether it was at rest when it was looked at `now`, in nanoseconds since 1970.
    ///
    /// File systems count in ticks of up to two seconds. A file written twice within one keeps its stamp, so
    /// a stamp that young says nothing about the file later on.
    package func isSettled(at now: Int) -> Bool {
        max(modified, changed) < now - 2_000_000_000
    }
}
