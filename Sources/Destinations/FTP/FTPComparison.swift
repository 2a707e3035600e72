import Diagnostics
import Files
import Projects
import Sites
import SystemPackage
import WebConfiguration

/// What has to happen on a server so that it holds a plan.
struct FTPComparison: FileComparison {
    /// One file of the plan.
    struct Item: ComparedFile {
        var entry: SitePlan.Entry
        var action: PublishReport.Action
        /// What stands there now, maybe in another spelling.
        var present: FTPListing.Entry?
        /// The name under which its contents wait; depends on the place, for two files can have the same contents.
        var staged: String {
            let text = "\(entry.name)\0\(entry.digest.hex)\0\(entry.size)"
            return String(ContentDigest(of: Array(text.utf8)).hex.prefix(32))
        }
    }

    /// The files of the plan, in its order.
    var items: [Item] = []
    /// The files that go, every `web.config` first.
    var deletions: [DeletedFile] = []
    /// Folders that go if nothing is left in them, deepest first.
    var emptied: [SitePath] = []

    /// The files that have to be sent.
    var sent: [Item] { items.filter { $0.action != .keep } }
}

/// Compares a plan with the record of earlier publishes and with what the server lists.
///
/// The record alone is not trusted: somebody may have published from elsewhere, or changed the site on the server. A
/// file counts as unchanged only if it is listed with the recorded size and, where the server tells times exactly, the
/// time that it had after it was sent.
struct FTPComparer {
    let plan: SitePlan
    let previous: Manifest?
    let options: PublishOptions
    let hostIgnoresCase: Bool

    /// The folders to list in the same breath as the site's own, because the last publish left files in them: none
    /// where they are so many that they are better listed over several connections.
    var expectedFolders: [String] {
        guard let previous, !previous.files.isEmpty else { return [] }
        let planned = Set(plan.entries.flatMap { $0.file.path.folders.map(\.description) })
        let recorded = recordedFolders
        // What is not there is looked for last: curl stops at it.
        let expected =
            (options.isPartial ? recorded.intersection(planned) : recorded).sorted() + [FTPFolder.staging]
        return expected.count < FTPSession.share ? expected : []
    }

    /// The folders that hold what earlier publishes left.
    private var recordedFolders: Set<String> {
        guard let previous else { return [] }
        let names = Set(previous.files.keys).union(previous.pending.keys)
        return Set(names.compactMap { try? SitePath($0) }.flatMap { $0.folders.map(\.description) })
    }

    /// Compares.
    ///
    /// - Parameters:
    ///   - folder: The site's folder; what has to be known of it is looked up.
    ///   - session: The connection.
    /// - Returns: What has to happen.
    /// - Throws: A `Failure`.
    func compare(_ folder: inout FTPFolder, over session: inout FTPSession) async throws -> FTPComparison {
        var comparison = FTPComparison()
        var wanted = Set(plan.entries.flatMap { $0.file.path.folders.map(\.description) })
        if !options.isPartial { wanted.formUnion(recordedFolders) }
        if folder.exists { wanted.insert(FTPFolder.staging) }
        let top = Set(
            (folder.listing("")?.entries.keys ?? [:].keys).map { $0.lowercased() } + [FTPFolder.staging])
        try await folder.look(
            into: wanted.filter { top.contains($0.split(separator: "/").first?.lowercased() ?? "") }.sorted(),
            over: &session)
        for entry in plan.entries {
            let present = folder.entry(entry.file.path)
            comparison.items.append(
                .init(
                    entry: entry,
                    action: present == nil ? .add : isThere(entry, present) ? .keep : .update,
                    present: present))
        }
        guard !options.isPartial else { return comparison }
        comparison.deletions = try await deletions(&folder, over: &session)
        comparison.emptied = emptied(comparison, folder)
        return comparison
    }

    private func isThere(_ entry: SitePlan.Entry, _ present: FTPListing.Entry?) -> Bool {
        guard let present, !present.isFolder, present.size == entry.size, let previous else { return false }
        let recorded = previous.files[entry.name]
        if let pending = previous.pending[entry.name] {
            // A run was killed: only a size that nothing else had tells that its file arrived.
            return pending.digest == entry.digest && recorded?.size != entry.size
        }
        guard let recorded, recorded.digest == entry.digest else { return false }
        guard let stamp = recorded.stamp, let modified = present.modified else { return true }
        return stamp.modified == modified
    }

    private func deletions(
        _ folder: inout FTPFolder, over session: inout FTPSession
    ) async throws -> [DeletedFile] {
        let planned = Set(plan.entries.map { fold($0.name) })
        var names: Set<String> = []
        for name in (previous?.files ?? [:]).keys where !planned.contains(fold(name)) { names.insert(name) }
        for (name, file) in previous?.pending ?? [:] where !planned.contains(fold(name)) {
            if let path = try? SitePath(name), folder.entry(path)?.size == file.size { names.insert(name) }
        }
        // On a server that tells `A` from `a`, the old spelling is a file of its own.
        names.formUnion(try await compiled(from: names, &folder, over: &session))
        let endpoint = DebugPayload.folder
        if !planned.contains(where: { $0.hasPrefix("\(endpoint)/") }),
            try await holdsEndpoint(&folder, over: &session)
        {
            names.formUnion(try await files(below: endpoint, &folder, over: &session))
        }
        if options.deletesExtraFiles {
            names.formUnion(
                try await files(below: "", &folder, over: &session).filter { !planned.contains(fold($0)) })
        }
        var deletions: [DeletedFile] = []
        let spares = options.spares
        for name in names where spares?(name, false) != true {
            guard let path = try? SitePath(name), path.description == name, let entry = folder.entry(path),
                !entry.isFolder
            else { continue }
            let recorded = previous?.files[name]
            deletions.append(
                .init(
                    path: path, size: entry.size ?? recorded?.size ?? 0,
                    digest: recorded?.size == entry.size ? recorded?.digest : nil))
        }
        return deletions.sorted {
            ($0.path.isWebConfig ? 0 : 1, $0.path) < ($1.path.isWebConfig ? 0 : 1, $1.path)
        }
    }

    /// Whether a debug endpoint of ours stands there, whoever published it.
    private func holdsEndpoint(_ folder: inout FTPFolder, over session: inout FTPSession) async throws -> Bool
    {
        let endpoint = DebugPayload.folder
        guard folder.listing("")?.entries[endpoint]?.isFolder == true else { return false }
        try await folder.look(into: [endpoint], over: &session)
        let names = folder.listing(endpoint)?.entries ?? [:]
        guard let size = names["settings.json"]?.size, size <= DeployedEndpoint.settingsLimit else {
            return false
        }
        let copy = session.workFolder.appending("settings")
        try await session.performAll([
            CurlOperation(
                transfer: .download(copy), path: folder.path(AgentSettings.path), name: AgentSettings.path)
        ])
        return try FileKind(of: copy) == .regular
            && DeployedEndpoint.isOurs(settings: FileContents.read(copy))
    }

    /// What Python compiled from files that go.
    private func compiled(
        from names: Set<String>, _ folder: inout FTPFolder, over session: inout FTPSession
    ) async throws -> Set<String> {
        var found: Set<String> = []
        let sources = names.filter { $0.hasSuffix(".py") }.compactMap { try? SitePath($0) }
        let caches = Set(sources.map { ($0.folder.map { "\($0)/" } ?? "") + "__pycache__" }).filter { name in
            (try? SitePath(name)).flatMap { folder.entry($0) }?.isFolder == true
        }
        try await folder.look(into: caches.sorted(), over: &session)
        for source in sources {
            let cache = (source.folder.map { "\($0)/" } ?? "") + "__pycache__"
            for name in (folder.listing(cache)?.entries ?? [:]).keys
            where name.hasPrefix(source.name.dropLast(2)) && name.hasSuffix(".pyc") {
                found.insert("\(cache)/\(name)")
            }
        }
        return found
    }

    /// Every file below a folder; links count as files and are not followed.
    private func files(
        below start: String, _ folder: inout FTPFolder, over session: inout FTPSession
    ) async throws -> [String] {
        var found: [String] = []
        var level = [start]
        while !level.isEmpty {
            try Task.checkCancellation()
            try await folder.look(into: level, over: &session)
            var next: [String] = []
            for name in level {
                for entry in (folder.listing(name)?.entries ?? [:]).values
                where entry.name != FTPFolder.staging {
                    let path = name.isEmpty ? entry.name : "\(name)/\(entry.name)"
                    if entry.isFolder { next.append(path) } else { found.append(path) }
                }
            }
            level = next.sorted()
        }
        return found
    }

    /// The folders that deletions can leave empty, deepest first.
    private func emptied(_ comparison: FTPComparison, _ folder: FTPFolder) -> [SitePath] {
        let needed = Set(plan.entries.flatMap { $0.file.path.folders.map(\.description) }.map(fold))
        return Set(comparison.deletions.flatMap(\.path.folders))
            .filter { !needed.contains(fold($0.description)) }
            .sorted { ($1.components.count, $1) < ($0.components.count, $0) }
    }

    private func fold(_ name: String) -> String { hostIgnoresCase ? name.lowercased() : name }
}
