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
    private var used: [String: Item] = [:]
    private var news: [String: Item] = [:]

    private struct Item {
        var stamp: FileStamp
        var digest: ContentDigest
    }

    /// Creates a memory that knows nothing.
    package init() {}

    /// Reads the memory at `path`; what is damaged or missing there is not known.
    package init(reading path: FilePath) {
        guard let bytes = try? FileContents.read(path) else { return }
        // What follows the last line break was cut short.
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0
        var lines = bytes[..<whole].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)[...]
        guard lines.popFirst().map({ $0.elementsEqual(Self.heading.utf8) }) == true else { return }
        known.reserveCapacity(lines.count)
        for line in lines {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count == 6, let digest = ContentDigest(hex: fields[0]),
                let stamp = FileStamp(fields: fields[1...4])
            else { continue }
            known[String(decoding: fields[5], as: UTF8.self)] = Item(stamp: stamp, digest: digest)
        }
    }

    /// The digest of the file at `path`, if it still looks like `stamp`.
    mutating func digest(of path: String, stamp: FileStamp) -> ContentDigest? {
        guard let item = known[path], item.stamp == stamp else { return nil }
        used[path] = item
        return item.digest
    }

    /// Remembers what the file at `path` was digested to.
    mutating func record(_ digest: ContentDigest, of path: String, stamp: FileStamp) {
        // A line break in a path would end its line; such a file is simply read every time.
        guard !path.utf8.contains(UInt8(ascii: "\n")) else { return }
        used[path] = Item(stamp: stamp, digest: digest)
        news[path] = used[path]
    }

    /// Keeps at `path` what the last plan used: adds what is new, or writes it anew where much is outdated.
    ///
    /// Its folder is made where it is missing. Nothing is flushed, since a power cut may take it.
    ///
    /// - Throws: A `Failure` that names the file.
    package func write(to path: FilePath) throws(Failure) {
        let isOutdated = known.count > 2 * used.count + 100
        guard isOutdated || !news.isEmpty else { return }
        let limit = isOutdated || known.isEmpty ? 0 : 400 * (used.count + 100)
        guard !AppendedLines.add(Self.lines(news), to: path, limit: limit, flushes: false) else { return }
        let text = Array("\(Self.heading)\n".utf8) + Self.lines(used)
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

    /// Reads what `fields` wrote.
    init?(fields: some Collection<ArraySlice<UInt8>>) {
        let numbers = fields.compactMap { Int(decimal: $0) }
        guard numbers.count == 4 else { return nil }
        self.init(
            size: numbers[0], modified: numbers[1], changed: numbers[2],
            inode: UInt64(bitPattern: Int64(numbers[3])))
    }
}

extension Int {
    /// Reads decimal digits with an optional minus.
    init?(decimal digits: ArraySlice<UInt8>) {
        var rest = digits
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        guard !rest.isEmpty, rest.count < 20 else { return nil }
        var value = 0
        for digit in rest {
            guard digit &- 0x30 < 10 else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.subtractingReportingOverflow(Int(digit - 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        guard isNegative || value != .min else { return nil }
        self = isNegative ? value : -value
    }
}
