import Diagnostics
import Files
import Projects
import Sites
import SystemPackage

/// What has to happen in a target folder so that it holds a plan; computed without writing anything.
struct FolderComparison: FileComparison {
    /// One file of the plan.
    struct Item: ComparedFile {
        var entry: SitePlan.Entry
        var action: PublishReport.Action
        /// The permissions it is to have.
        var mode: FilePermissions
        /// Whether its contents are there already, so that only permissions change.
        var hasContents = false
        /// How the file looks that stands there now.
        var stamp: FileStamp?
        /// Whether a folder stands in its place.
        var replacesFolder = false
        /// Whether the manifest has all this already.
        var isRecorded = false
    }

    /// The files of the plan, in its order.
    var items: [Item] = []
    /// The files that go: every `web.config` first, since it names others.
    var deletions: [DeletedFile] = []
    /// Folders that go if nothing is left in them, deepest first.
    var emptied: [SitePath] = []
    /// Files and links that stand where a folder is needed; each is also a deletion.
    var obstacles: Set<String> = []

    /// Whether nothing has to be written or deleted.
    var isUnchanged: Bool {
        deletions.isEmpty && items.allSatisfy { $0.action == .keep }
    }
}

/// Compares a plan with what stands in a target folder.
struct FolderComparer {
    /// The site.
    let plan: SitePlan
    /// What earlier publishes put there.
    let previous: Manifest?
    /// Whether foreign files go, too.
    let deletesExtraFiles: Bool
    /// Which files and folders stay in any case; nil for none.
    let spares: ((_ path: String, _ isFolder: Bool) -> Bool)?
    /// Whether the plan is only a part of the site, so that nothing goes.
    let isPartial: Bool
    /// The permissions that the user's mask takes away from files whose mode nobody chose.
    let mask: FilePermissions

    /// Compares.
    ///
    /// - Parameter root: The target; nil when it does not exist.
    /// - Returns: What has to happen.
    /// - Throws: A `Failure` with everything that stands in the way.
    func compare(with root: OpenFolder?) throws -> FolderComparison {
        var comparison = FolderComparison()
        comparison.items.reserveCapacity(plan.entries.count)
        guard let root else {
            comparison.items = plan.entries.map { .init(entry: $0, action: .add, mode: mode(of: $0)) }
            return comparison
        }
        let cursor = FolderCursor(root)
        for entry in plan.entries {
            do {
                comparison.items.append(try compare(entry, at: cursor, &comparison.obstacles))
            } catch {
                throw Failure(target: entry.name, in: root.path, error)
            }
        }
        guard !isPartial else { return comparison }
        try FolderDeletions(
            plan: plan, previous: previous, root: root, deletesExtraFiles: deletesExtraFiles, spares: spares
        ).find(&comparison)
        return comparison
    }

    private func compare(
        _ entry: SitePlan.Entry, at cursor: FolderCursor, _ obstacles: inout Set<String>
    ) throws(Errno) -> FolderComparison.Item {
        var item = FolderComparison.Item(entry: entry, action: .add, mode: mode(of: entry))
        switch try cursor.enter(folderOf: entry.file.path) {
        case .missing:
            return item
        case .obstacle(let path):
            obstacles.insert(path)
            return item
        case .folder(let folder):
            let name = entry.file.path.name
            guard let status = folder.status(of: name) else { return item }
            guard status.kind != .folder else {
                item.replacesFolder = true
                return item
            }
            item.stamp = status.stamp
            item.action = .update
            guard status.kind == .regular else { return item }
            if let recorded = previous?.files[entry.name], recorded.stamp == status.stamp {
                item.hasContents = recorded.digest == entry.digest
                item.isRecorded = item.hasContents
            } else {
                item.hasContents = try holds(entry, folder, status)
            }
            if item.hasContents, hasMode(item.mode, status) { item.action = .keep }
            return item
        }
    }

    /// Whether the file that stands there has the contents of `entry`; it is read if it may.
    private func holds(
        _ entry: SitePlan.Entry, _ folder: OpenFolder, _ status: FileStatus
    ) throws(Errno) -> Bool {
        guard status.stamp.size == entry.size else { return false }
        guard let file = try? folder.read(entry.file.path.name) else { return false }
        defer { try? file.close() }
        return try ContentDigest(of: file, size: entry.size) == entry.digest
    }

    private func hasMode(_ mode: FilePermissions, _ status: FileStatus) -> Bool {
        status.permissions == mode || previous?.keepsPermissions == false
    }

    private func mode(of entry: SitePlan.Entry) -> FilePermissions {
        entry.file.mode == nil ? entry.mode.subtracting(mask) : entry.mode
    }
}

extension Failure {
    /// The failure to read or write `name` in the target `folder`.
    init(target name: String, in folder: FilePath, _ error: Errno) {
        let hint: String? =
            switch error {
            case .noSpace, .fileTooLarge: "free some space and publish again"
            case .permissionDenied, .notPermitted: "publish as a user who may write there"
            case .readOnlyFileSystem: "choose another folder"
            case .fileNameTooLong: "shorten the name"
            default: nil
            }
        self.init(
            .failed, id: "destination-not-written", "'\(name)' cannot be written to '\(folder)': \(error)",
            at: .init(file: folder.appending(name).string), hint: hint)
    }
}
