import Diagnostics
import Files
import Projects
import Sites
import SystemPackage

/// Decides which files of a target folder go, and whether something foreign stands in the way.
struct FolderDeletions {
    /// The site.
    let plan: SitePlan
    /// What earlier publishes put there.
    let previous: Manifest?
    /// The target.
    let root: OpenFolder
    /// Whether foreign files go, too.
    let deletesExtraFiles: Bool
    /// Which files and folders stay in any case; nil for none.
    let spares: ((_ path: String, _ isFolder: Bool) -> Bool)?

    /// Adds the deletions to a comparison whose items are complete.
    ///
    /// - Parameter comparison: The comparison.
    /// - Throws: A `Failure` with every foreign file or link that stands in the way.
    func find(_ comparison: inout FolderComparison) throws {
        guard needsLook(comparison) else { return }
        let planned = Set(plan.entries.map(\.name))
        var candidates = try leftovers(planned)
        var folders: [SitePath] = []
        if deletesExtraFiles {
            let tree = try FolderTree(below: nil, of: root.path)
            candidates.formUnion(tree.files.lazy.map(\.description).filter { !planned.contains($0) })
            folders = tree.folders
        }
        let sameFiles = inodes(comparison)
        let cursor = FolderCursor(root)
        for name in candidates where spares?(name, false) != true {
            guard let path = try? SitePath(name), path.description == name,
                case .folder(let folder) = try cursor.enter(folderOf: path),
                let status = folder.status(of: path.name), status.kind != .folder,
                // On a file system that ignores case, the old spelling finds the new file.
                sameFiles[status.stamp.inode] != name.lowercased()
            else { continue }
            let recorded = previous?.files[name]
            let isUntouched = recorded?.stamp == status.stamp
            comparison.deletions.append(
                .init(path: path, size: status.stamp.size, digest: isUntouched ? recorded?.digest : nil))
        }
        comparison.deletions.sort {
            ($0.path.isWebConfig ? 0 : 1, $0.path) < ($1.path.isWebConfig ? 0 : 1, $1.path)
        }
        try checkObstacles(comparison)
        comparison.emptied = emptied(comparison, folders, planned)
    }

    /// Whether anything besides the planned files can be ours; false for the site as it was published last.
    private func needsLook(_ comparison: FolderComparison) -> Bool {
        guard !deletesExtraFiles, comparison.obstacles.isEmpty, let previous, previous.pending.isEmpty else {
            return true
        }
        if holdsUnplannedEndpoint() { return true }
        let known = plan.entries.count { previous.files[$0.name] != nil }
        return known < previous.files.count || comparison.items.contains(where: \.replacesFolder)
    }

    /// What earlier publishes left: files of theirs, what Python compiled from those, and the whole endpoint.
    private func leftovers(_ planned: Set<String>) throws -> Set<String> {
        var names: Set<String> = []
        for name in previous?.files.keys ?? [:].keys where !planned.contains(name) { names.insert(name) }
        for (name, file) in previous?.pending ?? [:]
        where !planned.contains(name) && previous?.files[name] == nil {
            // A killed run may not have come that far: then whatever stands there is somebody else's.
            if try holds(file, at: name) { names.insert(name) }
        }
        for name in names where name.hasSuffix(".py") { names.formUnion(try compiled(from: name)) }
        if holdsUnplannedEndpoint(known: names) {
            let endpoint = try SitePath(DebugPayload.folder)
            names.formUnion(try FolderTree(below: endpoint, of: root.path).files.lazy.map(\.description))
        }
        return names
    }

    /// Whether the endpoint of an earlier publish stands there, which this site is not to have: one of the files
    /// that are `known` to be left by earlier publishes, or files that can only be ours.
    private func holdsUnplannedEndpoint(known: Set<String> = []) -> Bool {
        guard !DeployedEndpoint.isPlanned(in: plan), let folder = try? root.folder(DebugPayload.folder) else {
            return false
        }
        if known.contains(where: { $0.hasPrefix("\(DebugPayload.folder)/") }) { return true }
        guard folder.status(of: "agent.py")?.kind == .regular,
            let settings = folder.status(of: "settings.json"), settings.kind == .regular,
            settings.stamp.size <= DeployedEndpoint.settingsLimit
        else { return false }
        let bytes = try? FileContents.read(folder.path.appending("settings.json"))
        return DeployedEndpoint.isOurs(settings: bytes ?? [])
    }

    private func holds(_ file: Manifest.File, at name: String) throws -> Bool {
        guard let path = try? SitePath(name), path.description == name,
            case .folder(let folder) = try FolderCursor(root).enter(folderOf: path),
            let status = folder.status(of: path.name), status.kind == .regular,
            status.stamp.size == file.size,
            let descriptor = try? folder.read(path.name)
        else { return false }
        defer { try? descriptor.close() }
        return try ContentDigest(of: descriptor, size: file.size) == file.digest
    }

    private func compiled(from name: String) throws -> [String] {
        guard let path = try? SitePath(name),
            case .folder(let folder) = try FolderCursor(root).enter(folderOf: path),
            folder.status(of: "__pycache__")?.kind == .folder
        else { return [] }
        let prefix = path.name.dropLast(2)
        let cache = (path.folder.map { "\($0)/" } ?? "") + "__pycache__"
        return try Folder.names(in: folder.path.appending("__pycache__"))
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".pyc") }.map { "\(cache)/\($0)" }
    }

    private func inodes(_ comparison: FolderComparison) -> [UInt64: String] {
        var names: [UInt64: String] = [:]
        for item in comparison.items {
            if let stamp = item.stamp { names[stamp.inode] = item.entry.name.lowercased() }
        }
        return names
    }

    private func checkObstacles(_ comparison: FolderComparison) throws {
        let deleted = Set(comparison.deletions.lazy.map(\.path.description))
        var foreign = comparison.obstacles.subtracting(deleted).sorted()
        for item in comparison.items where item.replacesFolder {
            foreign += try FolderTree(below: item.entry.file.path, of: root.path).files.map(\.description)
                .filter { !deleted.contains($0) && !$0.contains("/" + FileReplacement.temporaryPrefix) }
        }
        guard foreign.isEmpty else {
            throw Failure(
                .failed,
                foreign.map { name in
                    .error(
                        "destination-obstacle",
                        "'\(name)' stands in the way in '\(root.path)' and was not put there by a publish",
                        at: .init(file: root.path.appending(name).string),
                        hint: "move it away, or publish with --delete-extra")
                })
        }
    }

    /// The folders that deletions can leave empty, deepest first.
    private func emptied(
        _ comparison: FolderComparison, _ listed: [SitePath], _ planned: Set<String>
    ) -> [SitePath] {
        var needed: Set<String> = []
        for entry in plan.entries {
            // What stands above a folder that was met before was met as well.
            for folder in entry.file.path.folders {
                guard needed.insert(folder.description).inserted else { break }
            }
        }
        let found = Set(listed).union(comparison.deletions.flatMap(\.path.folders))
        return found.filter { folder in
            let name = folder.description
            return !needed.contains(name) && !planned.contains(name) && spares?(name, true) != true
        }
        .sorted { $1.components.count < $0.components.count }
    }
}
