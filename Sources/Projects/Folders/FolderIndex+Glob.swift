import Files

extension FolderIndex {
    /// A file that a pattern matched.
    struct GlobMatch: Equatable {
        /// The path relative to the base the pattern was given for, components joined by `/`.
        var path: String
        /// What `**` matched, with a trailing `/`; empty without `**`.
        var recursiveFolder: String
    }

    /// The files that match `glob`, relative to `base`, folder by folder in the order of their names.
    ///
    /// Folders behind symbolic links are entered where the pattern names them, not by `**`: no walk is endless.
    func files(matching glob: Glob, from base: String) -> [GlobMatch] {
        var walk = GlobWalk(index: self, segments: glob.segments)
        walk.visit(glob.isAbsolute ? "/" : base, segment: 0, written: [], recursive: nil)
        let prefix = glob.isAbsolute ? "/" : ""
        return walk.matches.map { match in
            GlobMatch(path: prefix + match.path, recursiveFolder: match.recursiveFolder)
        }
    }
}

/// One walk through folders along the segments of a pattern.
private struct GlobWalk {
    let index: FolderIndex
    let segments: [Glob.Segment]
    var matches: [FolderIndex.GlobMatch] = []
    private var seen: Set<String> = []
    private var visited: Set<Visit> = []

    private struct Visit: Hashable {
        let folder: String
        let segment: Int
    }

    init(index: FolderIndex, segments: [Glob.Segment]) {
        self.index = index
        self.segments = segments
    }

    /// Visits a folder whose next component must match `segments[segment]`.
    ///
    /// - Parameters:
    ///   - folder: The folder on disk.
    ///   - segment: The segment to match.
    ///   - written: The components from the base to `folder`.
    ///   - recursive: How many of them precede the first `**`; nil before it.
    mutating func visit(_ folder: String, segment: Int, written: [String], recursive: Int?) {
        // With several `**` a folder is reached in many ways; the first is enough.
        guard segment < segments.count,
            visited.insert(Visit(folder: folder, segment: segment)).inserted
        else { return }
        let isLast = segment == segments.count - 1
        switch segments[segment] {
        case .name(".."):
            visit(parent(of: folder), segment: segment + 1, written: written + [".."], recursive: recursive)
        case .name(let name):
            guard let match = index.find(name, from: folder) else { return }
            step(to: match.path, name: PathText.name(match.path), segment, written, recursive)
        case .pattern(let pattern):
            for name in index.listing(of: folder)?.names ?? []
            where Glob.matches(pattern, Array(name.lowercased().utf8)) {
                step(to: FolderIndex.joined(folder, name), name: name, segment, written, recursive)
            }
        case .anyFolders:
            let start = recursive ?? written.count
            // A trailing `**` means every file below.
            if isLast { addAll(in: folder, written: written, recursive: start) }
            visit(folder, segment: segment + 1, written: written, recursive: start)
            for name in index.listing(of: folder)?.names ?? [] {
                let path = FolderIndex.joined(folder, name)
                guard index.isPlainFolder(path) else { continue }
                visit(path, segment: segment, written: written + [name], recursive: start)
            }
        }
    }

    private mutating func step(
        to path: String, name: String, _ segment: Int, _ written: [String], _ recursive: Int?
    ) {
        if segment == segments.count - 1 {
            add(path, written: written + [name], recursive: recursive)
        } else if index.kind(of: path) == .folder {
            visit(path, segment: segment + 1, written: written + [name], recursive: recursive)
        }
    }

    private mutating func addAll(in folder: String, written: [String], recursive: Int) {
        for name in index.listing(of: folder)?.names ?? [] {
            add(FolderIndex.joined(folder, name), written: written + [name], recursive: recursive)
        }
    }

    private mutating func add(_ path: String, written: [String], recursive: Int?) {
        // `**\**` reaches a folder in several ways.
        guard index.kind(of: path) == .regular, seen.insert(path).inserted else { return }
        let folders = written.dropLast()
        let matched = recursive.map { folders.dropFirst($0).map { $0 + "/" }.joined() } ?? ""
        matches.append(.init(path: written.joined(separator: "/"), recursiveFolder: matched))
    }

    private func parent(of folder: String) -> String {
        "/" + PathText.components(folder).dropLast().joined(separator: "/")
    }
}
