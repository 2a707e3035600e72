import CLibDeflate
import Files

/// The files of a zip archive that somebody else made, such as a wheel.
///
/// Nothing in it is trusted: every offset, size, name and check sum is checked, and the size of everything taken
/// together is known before the first file is unpacked. Reads stored and deflated entries without encryption or
/// zip64.
package struct ZipArchive {
    /// What is wrong with an archive, as the end of a sentence about it.
    package struct Damage: Error, Equatable {
        package var reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// One file.
    package struct Entry: Equatable {
        /// Its path: relative, without `..`, joined by `/`.
        package var name: String
        package var size: Int
        /// The permissions that a Unix program recorded; empty if none did.
        package var permissions: UInt16
        fileprivate var isDeflated: Bool
        fileprivate var checksum: UInt32
        fileprivate var compressedSize: Int
        fileprivate var offset: Int
    }

    /// How much an archive may hold; whatever holds more is an attack or a mistake.
    package struct Limits {
        var files: Int
        var bytes: Int
        /// What the archive is of, as messages name it.
        var owner: String

        /// More than any wheel of a debugger has.
        package static let debugger = Limits(files: 20_000, bytes: 256 << 20, owner: "a debugger")
        /// No site that a server takes has more: Kudu's limit is 2048 MB (its wiki, "Deploying from a zip file").
        package static let site = Limits(files: 65_535, bytes: 2_048 << 20, owner: "a site")
    }

    /// The files, in the order of the directory.
    package private(set) var entries: [Entry] = []
    private let bytes: [UInt8]

    /// Reads the directory of the archive in `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The archive.
    ///   - limits: How much it may hold.
    /// - Throws: What is wrong with it.
    package init(_ bytes: [UInt8], limits: Limits = .debugger) throws(Damage) {
        self.bytes = bytes
        let end = try Self.end(of: bytes)
        let count = bytes.number(2, at: end + 10)
        guard bytes.number(2, at: end + 4) == 0, bytes.number(2, at: end + 8) == count else {
            throw Damage("is one part of several")
        }
        guard count <= limits.files else { throw Damage("has too many files") }
        var position = bytes.number(4, at: end + 16)
        var names: Set<String> = []
        var (packed, unpacked) = (0, 0)
        for _ in 0..<count {
            guard let entry = try Self.entry(of: bytes, at: &position, before: end) else { continue }
            guard names.insert(entry.name).inserted else { throw Damage("names '\(entry.name)' twice") }
            packed += entry.compressedSize
            unpacked += entry.size
            // Entries that share their bytes are how a small archive unpacks to terabytes.
            guard packed <= bytes.count, unpacked <= limits.bytes else {
                throw Damage("unpacks to more than \(limits.owner) can have")
            }
            entries.append(entry)
        }
    }

    /// Unpacks a file.
    ///
    /// - Throws: What is wrong with it.
    package func contents(of entry: Entry) throws(Damage) -> [UInt8] {
        let header = entry.offset
        guard header + 30 <= bytes.count, bytes.number(4, at: header) == 0x0403_4B50 else {
            throw Damage("has no '\(entry.name)' where its directory says")
        }
        let nameSize = bytes.number(2, at: header + 26)
        let start = header + 30 + nameSize + bytes.number(2, at: header + 28)
        guard start + entry.compressedSize <= bytes.count,
            bytes[(header + 30)..<(header + 30 + nameSize)].elementsEqual(entry.name.utf8)
        else { throw Damage("has no '\(entry.name)' where its directory says") }
        let packed = Array(bytes[start..<start + entry.compressedSize])
        let contents = entry.isDeflated ? try inflated(packed, entry) : packed
        guard contents.count == entry.size, libdeflate_crc32(0, contents, contents.count) == entry.checksum
        else {
            throw Damage("holds a damaged '\(entry.name)'")
        }
        return contents
    }

    private func inflated(_ packed: [UInt8], _ entry: Entry) throws(Damage) -> [UInt8] {
        guard let inflater = libdeflate_alloc_decompressor() else { throw Damage("does not fit into memory") }
        defer { libdeflate_free_decompressor(inflater) }
        var contents = [UInt8](repeating: 0, count: entry.size)
        // Without a place for the actual size, exactly the declared one is demanded.
        let result = libdeflate_deflate_decompress(
            inflater, packed, packed.count, &contents, contents.count, nil)
        guard result == LIBDEFLATE_SUCCESS else { throw Damage("holds a damaged '\(entry.name)'") }
        return contents
    }

    /// Where the end record begins, which a comment may follow.
    private static func end(of bytes: [UInt8]) throws(Damage) -> Int {
        var position = bytes.count - 22
        let lowest = max(0, position - 0xFFFF)
        while position >= lowest {
            if bytes.number(4, at: position) == 0x0605_4B50,
                position + 22 + bytes.number(2, at: position + 20) == bytes.count
            {
                return position
            }
            position -= 1
        }
        throw Damage("is no zip archive, or cut short")
    }

    /// The entry whose directory header begins at `position`, which moves on; nil for a folder.
    private static func entry(
        of bytes: [UInt8], at position: inout Int, before end: Int
    ) throws(Damage) -> Entry? {
        let header = position
        guard header + 46 <= end, bytes.number(4, at: header) == 0x0201_4B50 else {
            throw Damage("has a damaged directory")
        }
        let nameEnd = header + 46 + bytes.number(2, at: header + 28)
        position = nameEnd + bytes.number(2, at: header + 30) + bytes.number(2, at: header + 32)
        guard position <= end, let name = String(validating: bytes[(header + 46)..<nameEnd], as: UTF8.self)
        else {
            throw Damage("has a damaged directory")
        }
        guard isSafe(name) else {
            throw Damage("holds '\(name.filter { $0 != "\0" })', which leads out of it")
        }
        // The upper half of the attributes is the mode on Unix, whose upper four bits are the kind of file.
        guard bytes.number(4, at: header + 38) >> 28 != 0o12 else {
            throw Damage("holds '\(name)', a symbolic link")
        }
        guard !name.hasSuffix("/") else { return nil }
        let method = bytes.number(2, at: header + 10)
        guard bytes.number(2, at: header + 8) & 1 == 0 else { throw Damage("is encrypted") }
        guard method == 0 || method == 8 else { throw Damage("is packed in a way unknown here (\(method))") }
        let entry = Entry(
            name: name, size: bytes.number(4, at: header + 24),
            permissions: UInt16(truncatingIfNeeded: bytes.number(4, at: header + 38) >> 16 & 0o777),
            isDeflated: method == 8,
            checksum: UInt32(bytes.number(4, at: header + 16)),
            compressedSize: bytes.number(4, at: header + 20), offset: bytes.number(4, at: header + 42))
        // Deflate cannot do better than 1,032 to 1, so that nothing else can be true.
        guard entry.size <= max(entry.compressedSize, 1) * (entry.isDeflated ? 1_032 : 1),
            entry.isDeflated || entry.size == entry.compressedSize
        else { throw Damage("holds a damaged '\(name)'") }
        return entry
    }

    private static func isSafe(_ name: String) -> Bool {
        let path = name.hasSuffix("/") ? name.dropLast() : name[...]
        return !path.isEmpty && !path.contains { $0 == "\\" || $0 == "\0" || $0 == ":" }
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
    }
}
