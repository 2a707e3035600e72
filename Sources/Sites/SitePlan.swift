package import Diagnostics
package import Files
package import Projects
package import SystemPackage

/// Which bytes go where: the whole site, decided before anything is written.
package struct SitePlan: Sendable {
    /// One file with all that is known about its contents.
    package struct Entry: Sendable {
        /// The file.
        package var file: SiteFile
        /// Its path in the site as text, joined by `/`.
        package var name: String
        /// Its size in bytes.
        package var size: Int
        /// The digest of its contents.
        package var digest: ContentDigest
        /// Its permissions at the destination.
        package var mode: FilePermissions
        /// How its source looked when it was digested; nil for a generated file.
        package var stamp: FileStamp?
    }

    /// The files in the order they are sent: by path, but every `web.config` after all others and that of the
    /// root last, because a host restarts the site, and uses what it names, as soon as it changes.
    package private(set) var entries: [Entry]
    /// Names these contents in 16 hexadecimal digits: the same site has the same identifier.
    package let buildID: String
    /// What the report says beside the files.
    package var facts: PublishFacts
    /// What was left out, and why.
    package var excluded: [Project.Exclusion]
    /// What was found on the way; none of them is an error.
    package var diagnostics: [Diagnostic]

    /// Takes over digested files that are known to fit together.
    ///
    /// - Parameters:
    ///   - entries: The files, in any order.
    ///   - salt: Bytes that the build identifier depends on beside the files.
    ///   - facts: What the report says beside the files.
    ///   - excluded: What was left out.
    ///   - diagnostics: What was found on the way.
    init(
        entries: [Entry], salt: [UInt8], facts: PublishFacts, excluded: [Project.Exclusion],
        diagnostics: [Diagnostic]
    ) {
        self.entries = Self.sorted(entries)
        buildID = Self.identifier(of: self.entries, salt: salt)
        self.facts = facts
        self.excluded = excluded
        self.diagnostics = diagnostics
    }

    /// The size of all files in bytes.
    package var size: Int {
        entries.reduce(0) { $0 + $1.size }
    }

    /// Names the contents like `buildID`, but with every file and nothing else.
    package var contents: String {
        Self.identifier(of: entries, salt: [])
    }

    /// Adds a generated file that the build identifier does not depend on, such as the one that names it.
    ///
    /// - Parameters:
    ///   - path: Where it goes.
    ///   - bytes: Its contents.
    ///   - mode: Its permissions.
    ///   - isCaseSensitive: Whether the host tells `A` from `a`.
    /// - Throws: A `Failure` that names both files when one of the same path is there already.
    package mutating func add(
        _ path: SitePath, bytes: [UInt8], mode: FilePermissions? = nil, isCaseSensitive: Bool
    ) throws(Failure) {
        let file = SiteFile(path, bytes: bytes, mode: mode)
        let files = entries.map(\.file) + [file]
        try SiteCollisions(among: files, isCaseSensitive: isCaseSensitive).fail()
        entries = Self.sorted(entries + [Entry(file, bytes: bytes)])
    }

    /// The plan with only some of its files, under the same build identifier.
    ///
    /// - Parameter names: Their paths in the site.
    /// - Returns: The smaller plan.
    package func limited(to names: Set<String>) -> SitePlan {
        var plan = self
        plan.entries.removeAll { !names.contains($0.name) }
        return plan
    }

    private static func sorted(_ entries: [Entry]) -> [Entry] {
        // What is moved is small, and files mostly come in order.
        let keys = entries.enumerated().map { (order($1.file.path), $1.name, $0) }
        guard !zip(keys, keys.dropFirst()).allSatisfy({ ($0.0, $0.1) < ($1.0, $1.1) }) else { return entries }
        return keys.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { entries[$0.2] }
    }

    /// 0 for ordinary files, then every `web.config` from the deepest folders up to the root.
    private static func order(_ path: SitePath) -> Int {
        guard path.isWebConfig else { return 0 }
        return Int.max - path.components.count
    }

    private static func identifier(of entries: [Entry], salt: [UInt8]) -> String {
        var text = salt
        for entry in entries {
            text.append(UInt8(ascii: "\n"))
            text += entry.name.utf8
            text.append(0)
            entry.digest.appendHex(to: &text)
            text += "\0\(entry.mode.rawValue)".utf8
        }
        return String(ContentDigest(of: text).hex.prefix(16))
    }
}

extension SitePlan.Entry {
    /// A generated file.
    init(_ file: SiteFile, bytes: [UInt8]) {
        self.init(
            file: file, name: file.path.description, size: bytes.count, digest: ContentDigest(of: bytes),
            mode: file.mode ?? [.ownerReadWrite, .groupRead, .otherRead], stamp: nil)
    }
}

extension SitePath {
    /// Whether it is a `web.config`, which IIS finds without regard to case.
    package var isWebConfig: Bool {
        name.utf8.count == 10 && name.lowercased() == "web.config"
    }

    /// Whether a path at a destination is that of a `web.config`.
    package static func isWebConfig(_ path: String) -> Bool { (try? SitePath(path))?.isWebConfig == true }
}
