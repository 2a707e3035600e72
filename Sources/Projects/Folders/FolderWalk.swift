import Diagnostics
import Files
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A walk through a plain folder that sorts what it finds into files to publish and exclusions with their reason.
struct FolderWalk {
    /// A file to publish.
    struct File: Equatable {
        /// The path relative to the root, components joined by `/`.
        var path: String
        /// Where it stands.
        var source: FilePath
    }

    /// The files, folder by folder in the order of their names.
    private(set) var files: [File] = []
    /// What was left out; of an excluded folder only the folder itself, with a trailing `/`.
    private(set) var excluded: [Project.Exclusion] = []

    /// The root's web.config where an ignore file names it, and which: without it IIS runs nothing.
    private(set) var insistedOn: Project.Exclusion?

    private let root: FilePath
    private let realRoot: String
    private let outputs: Set<String>
    private let ignoreFileName: String
    private let usesDefaults: Bool
    private var entries = 0

    private static let maximumEntries = 1_000_000
    private static let maximumLinks = 4

    /// A folder on the way down.
    private struct Level {
        var path: String
        var source: FilePath
        var ignoring: IgnoreFiles
        /// The real paths of this folder and those above it.
        var ancestors: [String]
        var links = 0

        /// The real path of something in this folder that is no link.
        func realPath(of name: String) -> String {
            let folder = ancestors[ancestors.count - 1]
            return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        }
    }

    /// Walks the folder at `root`.
    ///
    /// - Parameters:
    ///   - root: The folder. Absolute.
    ///   - outputs: Where this tool has published to, left out where it lies inside. Absolute.
    ///   - usesDefaults: Whether what no site needs is left out even if no rule says so.
    /// - Throws: A `Failure` when a folder cannot be read.
    init(of root: FilePath, outputs: [FilePath] = [], usesDefaults: Bool = true) throws(Failure) {
        self.root = root
        self.usesDefaults = usesDefaults
        realRoot = Self.realPath(of: root) ?? root.string
        self.outputs = Set(outputs.map { Self.realPath(of: $0) ?? $0.string })
        let hasOwnRules = FileKind(of: root.appending(".webappignore")) == .regular
        ignoreFileName = hasOwnRules ? ".webappignore" : ".gitignore"
        var ignoring = IgnoreFiles()
        if !hasOwnRules { ignoring.files = try Self.ignoreFiles(above: FilePath(realRoot)) }
        try walk(Level(path: "", source: root, ignoring: ignoring, ancestors: [realRoot]))
    }

    private mutating func walk(_ level: Level) throws(Failure) {
        var level = level
        let listing = try Folder.entries(in: level.source)
        if listing.contains(where: { $0.name == ignoreFileName }), let file = try ignoreFile(in: level) {
            level.ignoring.files.append(file)
        }
        for entry in listing {
            entries += 1
            guard entries <= Self.maximumEntries else {
                throw Failure(
                    .badInput, id: "folder-too-large",
                    "'\(root)' holds more than \(Self.maximumEntries) files and folders",
                    at: .init(file: root.string), hint: "exclude some in a '.webappignore' file")
            }
            try visit(entry, in: level)
        }
    }

    private mutating func visit(_ entry: Folder.Entry, in level: Level) throws(Failure) {
        let name = entry.name
        let path = level.path.isEmpty ? name : "\(level.path)/\(name)"
        let source = level.source.appending(name)
        let kind = entry.kind ?? FileKind(of: source, followingLinks: false)
        // git takes a link to a folder for a file; what decides here is what would be published.
        let target = kind == .symbolicLink ? FileKind(of: source) : kind
        if let reason = reason(name, path, source, (kind, target), level) {
            guard usesDefaults, path.lowercased() == "web.config", target == .regular else {
                excluded.append(
                    .init(
                        source: target == .folder ? path + "/" : path, reason: reason,
                        isInvoluntary: reason == Self.badName))
                return
            }
            insistedOn = .init(source: path, reason: reason)
        }
        switch (kind, target) {
        case (.symbolicLink, nil): exclude(path, target, "link to nothing")
        case (.symbolicLink, _): try follow(path, source, target, level)
        case (.folder, _):
            try enter(path, source, level.realPath(of: name), level)
        case (.regular, _): files.append(File(path: path, source: source))
        case (nil, _): exclude(path, target, "cannot be read")
        default: exclude(path, target, "neither a file nor a folder")
        }
    }

    private mutating func follow(
        _ path: String, _ source: FilePath, _ target: FileKind?, _ level: Level
    ) throws(Failure) {
        guard let real = Self.realPath(of: source) else {
            exclude(path, target, "link to nothing")
            return
        }
        guard real == realRoot || real.hasPrefix(realRoot == "/" ? "/" : realRoot + "/") else {
            exclude(path, target, "link that leads out of the folder")
            return
        }
        guard target == .folder else {
            if target == .regular {
                files.append(File(path: path, source: source))
            } else {
                exclude(path, target, "neither a file nor a folder")
            }
            return
        }
        guard level.links < Self.maximumLinks else {
            exclude(path, target, "link inside \(Self.maximumLinks) others")
            return
        }
        var level = level
        level.links += 1
        try enter(path, source, real, level)
    }

    private mutating func enter(
        _ path: String, _ source: FilePath, _ real: String, _ level: Level
    ) throws(Failure) {
        guard !level.ancestors.contains(real) else {
            exclude(path, .folder, "link that leads in a circle")
            return
        }
        var next = level
        next.path = path
        next.source = source
        next.ancestors.append(real)
        try walk(next)
    }

    /// Leaves out what would belong to the site and cannot be part of it.
    private mutating func exclude(_ path: String, _ kind: FileKind?, _ reason: String) {
        excluded.append(
            .init(source: kind == .folder ? path + "/" : path, reason: reason, isInvoluntary: true))
    }

    private static let badName = "its name is not allowed in a site"
}

extension FolderWalk {
    /// Why something is left out; nil when it is not.
    private func reason(
        _ name: String, _ path: String, _ source: FilePath, _ kind: (own: FileKind?, target: FileKind?),
        _ level: Level
    ) -> String? {
        let isFolder = kind.target == .folder
        if usesDefaults {
            if !isFolder, let reason = NeverPublished.reason(for: name) { return reason }
            if isFolder, FileKind(of: source.appending("pyvenv.cfg")) == .regular {
                return "virtual environment"
            }
            // A published site is recognised even where nothing is remembered of the publish.
            let isArchive = !isFolder && PublishedArchive.isNamed(name)
            if !outputs.isEmpty, isFolder || isArchive {
                let real = kind.own == .symbolicLink ? Self.realPath(of: source) : nil
                if outputs.contains(real ?? level.realPath(of: name)) { return "output of this tool" }
            }
            if isFolder,
                FileKind(of: source.appending(FilePath(PublishedArchive.telling).components)) == .regular
            {
                return "output of this tool"
            }
            if isArchive, PublishedArchive.isOne(source) { return "output of this tool, holds a secret" }
        }
        let verdict = level.ignoring.verdict(on: path, isFolder: isFolder)
        if let (file, rule) = verdict, !rule.isNegated { return "ignored by \(file.name):\(rule.line)" }
        guard usesDefaults else { return nil }
        if verdict == nil, let reason = DefaultExclusions.reason(for: path, isFolder: isFolder) {
            return reason
        }
        // A site path has no backslash, colon or control: such a name cannot be kept.
        let isPath = level.path.isEmpty ? (try? SitePath(name)) != nil : true
        return isPath && !name.utf8.contains(UInt8(ascii: "\\")) ? nil : Self.badName
    }

    private func ignoreFile(in level: Level) throws(Failure) -> IgnoreFile? {
        let file = level.source.appending(ignoreFileName)
        guard FileKind(of: file) == .regular else { return nil }
        let name = level.path.isEmpty ? ignoreFileName : "\(level.path)/\(ignoreFileName)"
        return IgnoreFile(parsing: try FileContents.read(file, limit: 16 << 20), name: name, base: level.path)
    }

    /// The `.gitignore` files between the root of the repository that the folder lies in and the folder.
    private static func ignoreFiles(above root: FilePath) throws(Failure) -> [IgnoreFile] {
        guard FileKind(of: root.appending(".git")) == nil else { return [] }
        var files: [IgnoreFile] = []
        var folder = root
        var descent = ""
        var ascent = ""
        while let name = folder.lastComponent?.string, folder.removeLastComponent() {
            descent = descent.isEmpty ? name : "\(name)/\(descent)"
            ascent += "../"
            let file = folder.appending(".gitignore")
            if FileKind(of: file) == .regular {
                let text = try FileContents.read(file, limit: 16 << 20)
                files.insert(IgnoreFile(parsing: text, name: ascent + ".gitignore", descent: descent), at: 0)
            }
            if FileKind(of: folder.appending(".git")) != nil { return files }
        }
        // Not in a repository: what stands above is nobody's business.
        return []
    }

    private static func realPath(of path: FilePath) -> String? {
        guard let real = realpath(path.string, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
