package import Diagnostics
import Files
package import SystemPackage

/// What the sources of a project were digested to when they were last looked at, so that a file whose stamp is
/// the same need not be read again.
///
/// Only a shortcut: losing it costs time and nothing else. Kept as lines
/// `digest size modified changed inode path` in the state folder; later lines win.
package struct DigestMemory: Sendable {
    private static let heading = "ptvsd-publish digests 1"
    private var known: [String: Item] = [:]
    private var news: [String: Item] = [:]
    /// Whether the file held a memory, to which something can be added.
    private var isKept = false

    private struct Item {
        var stamp: FileStamp
        var digest: ContentDigest
        /// Whether the last plan asked for it.
        var isUsed = false
    }

    /// Creates a memory that knows nothing.
    package init() {}

    /// Reads the memory at `path`; what is damaged or missing there is not known.
    package init(reading path: FilePath) {
        guard let bytes = try? FileContents.read(path) else { return }
        var lines = LineFields(bytes)
        guard lines.next(), lines.rest() == Self.heading else { return }
        isKept = true
        known.reserveCapacity(bytes.count / 150)
        while lines.next() {
            guard let digest = lines.digest(), let stamp = lines.stamp() else { continue }
            known[lines.rest()] = Item(stamp: stamp, digest: digest)
        }
    }

    /// The digest of the file at `path`, if it still looks like `stamp`.
    mutating func digest(of path: String, stamp: FileStamp) -> ContentDigest? {
        guard let place = known.index(forKey: path), known.values[place].stamp == stamp else { return nil }
        known.values[place].isUsed = true
        return known.values[place].digest
    }

    /// Remembers what the file at `path` was digested to.
    mutating func record(_ digest: ContentDigest, of path: String, stamp: FileStamp) {
        // A line break in a path would end its line; such a file is simply read every time.
        guard !path.utf8.contains(UInt8(ascii: "\n")) else { return }
        known[path] = Item(stamp: stamp, digest: digest, isUsed: true)
        news[path] = known[path]
    }

    /// Keeps at `path` what the last plan used: adds what is new, or writes it anew where much is outdated.
    ///
    /// Its folder is made where it is missing. Nothing is flushed, since a power cut may take it.
    ///
    /// - Throws: A `Failure` that names the file.
    package func write(to path: FilePath) throws(Failure) {
        let usedCount = known.values.count(where: \.isUsed)
        let isOutdated = known.count > 2 * usedCount + 100
        guard isOutdated || !news.isEmpty else { return }
        let limit = isOutdated || !isKept ? 0 : 400 * (usedCount + 100)
        guard !AppendedLines.add(Self.lines(news), to: path, limit: limit, flushes: false) else { return }
        let text = Array("\(Self.heading)\n".utf8) + Self.lines(known.filter(\.value.isUsed))
        try Folder.create(path.removingLastComponent())
        try FileReplacement.write(text, to: path, mode: .ownerReadWrite, flushes: false)
    }

    private static func lines(_ items: [String: Item]) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(items.count * 200)
        for (path, item) in items {
            lines += "\(item.digest.hex) \(item.stamp.fields) \(path)\n".utf8
        }
        return lines
    }
}

extension FileStamp {
    /// The stamp as four numbers.
    var fields: String { "\(size) \(modified) \(changed) \(Int64(bitPattern: inode))" }
}
