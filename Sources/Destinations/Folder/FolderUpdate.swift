import Diagnostics
import Files
import Projects
import Sites
import SystemPackage

/// Makes a target folder hold what a comparison found to be missing.
struct FolderUpdate {
    let root: OpenFolder
    let plan: SitePlan
    let comparison: FolderComparison
    let previous: Manifest?
    /// Whether the plan is only a part of the site.
    let isPartial: Bool
    let time: String
    let store: ManifestStore
    /// Is told when every file is in place.
    let siteChanged: @Sendable () -> Void

    /// Stages, flushes, renames, deletes, and records the result.
    ///
    /// - Parameters:
    ///   - diagnostics: Receives a warning when the result cannot be recorded.
    ///   - observer: Is told of progress.
    /// - Throws: A `Failure` or `CancellationError`; what was staged is then gone again.
    func apply(
        _ diagnostics: inout DiagnosticList, _ observer: @escaping PublishProgress.Observer
    ) throws {
        if previous == nil || previous?.pending.isEmpty == false { try sweep() }
        guard !comparison.isUnchanged else {
            return try record(
                after: previous, keepsPermissions: previous?.keepsPermissions ?? true, &diagnostics)
        }
        let journal = journal
        store.keep(journal, after: previous, flushes: true, &diagnostics)
        try clearObstacles()
        var stage = FolderStage(root: root, observer: observer)
        do {
            try stage.write(comparison.items)
            try stage.flush()
            try Task.checkCancellation()
        } catch {
            stage.discard()
            throw error
        }
        try put(stage)
        siteChanged()
        try delete(comparison.deletions.filter { !comparison.obstacles.contains($0.path.description) })
        for folder in comparison.emptied { try removeIfEmpty(folder) }
        try record(after: journal, keepsPermissions: stage.keepsPermissions, &diagnostics)
    }

    /// The manifest while this runs: what was there and, as pending, what is about to be.
    private var journal: Manifest {
        var journal = previous ?? Manifest(buildID: "", configuration: "", time: time, files: [:])
        for item in comparison.items where item.action != .keep {
            journal.files[item.entry.name]?.stamp = nil
            journal.pending[item.entry.name] = .init(size: item.entry.size, digest: item.entry.digest)
        }
        return journal
    }

    /// Removes what killed runs left behind; the lock keeps those away that are alive.
    private func sweep() throws {
        let cursor = FolderCursor(root)
        for path in try FolderTree(below: nil, of: root.path).files
        where path.name.hasPrefix(FileReplacement.temporaryPrefix) && path.name.hasSuffix(".tmp") {
            try remove(path, cursor)
        }
    }

    /// Removes our own files that stand where a folder is needed.
    private func clearObstacles() throws {
        guard !comparison.obstacles.isEmpty else { return }
        try delete(comparison.deletions.filter { comparison.obstacles.contains($0.path.description) })
    }

    /// Brings everything into place, in the plan's order.
    private func put(_ stage: FolderStage) throws {
        var stage = stage
        let cursor = FolderCursor(root)
        for (index, item) in comparison.items.enumerated() where item.action != .keep {
            // From here on only renames are left: going on is quicker and better than stopping half way.
            let path = item.entry.file.path
            if item.replacesFolder { try removeFolder(path, cursor) }
            do {
                let folder = try cursor.make(folderOf: path)
                guard let temporary = stage.temporaries[index] else {
                    try folder.setPermissions(item.mode, of: path.name)
                    continue
                }
                try folder.whileWritable { () throws(Errno) in try folder.rename(temporary, to: path.name) }
            } catch {
                stage.discard()
                throw Failure(target: item.entry.name, in: root.path, error)
            }
        }
    }

    private func delete(_ deletions: [DeletedFile]) throws {
        let cursor = FolderCursor(root)
        for deletion in deletions { try remove(deletion.path, cursor) }
    }

    private func remove(_ path: SitePath, _ cursor: FolderCursor) throws {
        do {
            guard case .folder(let folder) = try cursor.enter(folderOf: path) else { return }
            try folder.whileWritable { () throws(Errno) in try folder.removeFile(path.name) }
        } catch {
            throw Failure(target: path.description, in: root.path, error)
        }
    }

    /// Removes a folder in whose place a file comes; the comparison has seen that nothing foreign is in it.
    private func removeFolder(_ path: SitePath, _ cursor: FolderCursor) throws {
        let tree = try FolderTree(below: path, of: root.path)
        for file in tree.files { try remove(file, cursor) }
        cursor.reset()
        for folder in tree.folders.reversed() + [path] { try removeIfEmpty(folder) }
    }

    private func removeIfEmpty(_ path: SitePath) throws {
        do throws(Errno) {
            guard case .folder(let parent) = try FolderCursor(root).enter(folderOf: path) else { return }
            try parent.whileWritable { () throws(Errno) in try parent.removeFolder(path.name) }
        } catch .directoryNotEmpty, .notDirectory, .fileExists {
            return
        } catch {
            throw Failure(target: path.description, in: root.path, error)
        }
    }

    /// Whether the manifest says all this already.
    private var isRecorded: Bool {
        guard let previous, comparison.isUnchanged, previous.pending.isEmpty else { return false }
        return previous.buildID == plan.buildID && previous.configuration == plan.facts.configuration
            && previous.files.count == comparison.items.count && comparison.items.allSatisfy(\.isRecorded)
    }

    /// Keeps the manifest with the stamps that the files have now, after what the record says `now`.
    private func record(
        after now: Manifest?, keepsPermissions: Bool, _ diagnostics: inout DiagnosticList
    ) throws {
        guard !isRecorded else { return }
        let rest = isPartial ? previous : nil
        var manifest = Manifest(
            buildID: rest?.buildID ?? plan.buildID, configuration: plan.facts.configuration, time: time,
            files: rest?.files ?? [:])
        manifest.keepsPermissions = keepsPermissions
        manifest.files.reserveCapacity(comparison.items.count)
        let cursor = FolderCursor(root)
        for item in comparison.items {
            var stamp = item.stamp
            if item.action != .keep,
                case .folder(let folder) = try cursor.enter(folderOf: item.entry.file.path)
            {
                stamp = folder.status(of: item.entry.file.path.name)?.stamp
            }
            manifest.files[item.entry.name] = .init(
                size: item.entry.size, digest: item.entry.digest, stamp: stamp)
        }
        store.keep(manifest, after: now, flushes: false, &diagnostics)
    }
}
