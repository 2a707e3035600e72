import Diagnostics
import Files
import Projects
import Sites
import Synchronization
import SystemPackage

/// Makes a server hold what a comparison found to be missing.
///
/// Everything is first sent into one folder beside the site, under names made of place and contents, and checked by
/// size. Only then are the files renamed into place, in the plan's order, so that a publish that fails while it sends
/// has changed nothing, and one that is cut leaves every file old or new. What waits there whole is not sent again by
/// the next run.
struct FTPUpdate {
    let plan: SitePlan
    let comparison: FTPComparison
    let previous: Manifest?
    let options: PublishOptions
    let store: ManifestStore
    var folder: FTPFolder
    var session: FTPSession
    let observer: PublishProgress.Observer

    /// What keeps IIS from running a site while its files change.
    private static let offline = SitePath(named: "app_offline.htm")
    private static let offlinePage = Array(
        "<!doctype html><meta charset=\"utf-8\"><title>Updating</title><p>This site is being updated.</p>\n"
            .utf8)

    /// Sends, renames, deletes, and records the result.
    ///
    /// - Parameter diagnostics: Receives warnings.
    /// - Throws: A `Failure` or `CancellationError`.
    mutating func apply(_ diagnostics: inout DiagnosticList) async throws {
        let sent = comparison.sent
        let leftovers = folder.listing(FTPFolder.staging) != nil
        let forgotten = !options.isPartial && (previous?.pending[Self.offline.name] != nil) && needsNoOffline
        guard !sent.isEmpty || !comparison.deletions.isEmpty || leftovers || forgotten else {
            return record(after: previous, &diagnostics)
        }
        let journal = journal
        store.keep(journal, after: previous, flushes: true, &diagnostics)
        try await makeFolders(for: sent)
        do {
            try await send(sent)
        } catch let failure as Failure where failure.diagnostics.contains(where: { $0.id == "remote-full" }) {
            // The site that runs there needs the room more.
            try? await session.performAll(
                sent.map {
                    CurlOperation(
                        transfer: .nothing, path: "",
                        commands: ["*DELE \(folder.path("\(FTPFolder.staging)/\($0.staged)"))"],
                        name: $0.entry.name)
                })
            throw failure
        }
        for item in sent { try checkSource(item.entry) }
        do {
            try await takeOffline(sent)
            try await put(sent)
            options.siteChanged()
            try await delete(&diagnostics)
            try await bringBack()
        } catch {
            guard goesOffline else { throw error }
            throw await backOnline(after: error)
        }
        let touched = Set(sent.map { $0.entry.file.path.folder?.description ?? "" })
        try await folder.look(into: touched.sorted(), over: &session, again: true)
        record(after: journal, &diagnostics)
    }

    /// The manifest while this runs: what was there and, as pending, what is about to be.
    private var journal: Manifest {
        var journal = previous ?? Manifest(buildID: "", configuration: "", time: options.time, files: [:])
        for item in comparison.sent {
            journal.files[item.entry.name]?.stamp = nil
            journal.pending[item.entry.name] = .init(size: item.entry.size, digest: item.entry.digest)
        }
        if goesOffline {
            journal.pending[Self.offline.name] = .init(
                size: Self.offlinePage.count, digest: ContentDigest(of: Self.offlinePage))
        }
        return journal
    }

    // MARK: Sending

    private mutating func makeFolders(for sent: [FTPComparison.Item]) async throws {
        var commands: [String] = []
        if !folder.exists { commands += folder.parents.map { "*MKD \($0)" } }
        let known = Set((folder.listing(FTPFolder.staging)?.entries ?? [:]).keys)
        if folder.listing(FTPFolder.staging) == nil, !sent.isEmpty {
            commands.append("*MKD \(folder.path(FTPFolder.staging))")
        }
        // What waits there for another site than this one.
        for name in known.subtracting(sent.map(\.staged)).sorted() {
            commands.append("*DELE \(folder.path("\(FTPFolder.staging)/\(name)"))")
        }
        let folders = Set(sent.flatMap { FTPComparer.folders(of: $0.entry.file.path) })
        let missing = folders.filter { folder.listing($0) == nil }.compactMap { try? SitePath($0) }
        commands += missing.sorted { ($0.components.count, $0) < ($1.components.count, $1) }.map {
            "*MKD \(folder.path($0.description))"
        }
        // A command that may fail tells nothing; what could not be made is found out by what goes into it.
        let operations = stride(from: 0, to: commands.count, by: 50).map { start in
            CurlOperation(
                transfer: .nothing, path: "",
                commands: Array(commands[start..<min(start + 50, commands.count)]),
                name: "folders")
        }
        try await session.performAll(operations)
    }

    private mutating func send(_ sent: [FTPComparison.Item]) async throws {
        let waiting = folder.listing(FTPFolder.staging)?.entries ?? [:]
        let work = sent.filter { waiting[$0.staged]?.size != $0.entry.size }
        let sizes = work.map(\.entry.size)
        let (total, bytes) = (sent.count, sent.reduce(0) { $0 + $1.entry.size })
        let progress = Mutex(
            PublishProgress(
                files: total - work.count, totalFiles: total, bytes: bytes - sizes.reduce(0, +),
                totalBytes: bytes))
        let observer = observer
        observer(progress.withLock { $0 })
        try await upload(work) { index in
            observer(
                progress.withLock {
                    $0.files += 1
                    $0.bytes += sizes[index]
                    return $0
                })
        }
        guard !sent.isEmpty else { return }
        // What a connection that was cut left behind does not pass for the whole.
        try await folder.look(into: [FTPFolder.staging], over: &session, again: true)
        let arrived = folder.listing(FTPFolder.staging)?.entries ?? [:]
        let odd = sent.filter { item in arrived[item.staged].map { $0.size != item.entry.size } ?? true }
        guard !odd.isEmpty else { return }
        try await session.performAll(
            odd.map {
                CurlOperation(
                    transfer: .nothing, path: "",
                    commands: ["*DELE \(folder.path("\(FTPFolder.staging)/\($0.staged)"))"],
                    name: $0.entry.name)
            })
        try await upload(odd) { _ in }
    }

    private mutating func upload(
        _ items: [FTPComparison.Item], done: @escaping @Sendable (Int) -> Void
    ) async throws {
        var operations: [CurlOperation] = []
        for item in items {
            let path = folder.path("\(FTPFolder.staging)/\(item.staged)")
            operations.append(
                CurlOperation(
                    transfer: .upload(try source(of: item), resumes: false), path: path, name: item.entry.name
                ))
        }
        // Going on where a small file was cut saves nothing.
        let outcomes = try await session.performSideBySide(
            operations,
            resumes: { operation in
                guard case .upload(let file, _) = operation.transfer else { return false }
                return (FileStatus(of: file)?.stamp.size ?? 0) > 256 << 10
            }, done: done)
        try session.check(outcomes, of: operations)
    }

    /// The local file that is sent: the source, or a copy of what was generated, readable by the user only.
    private func source(of item: FTPComparison.Item) throws -> FilePath {
        switch item.entry.file.content {
        case .file(let path):
            try checkSource(item.entry)
            return path
        case .bytes(let bytes):
            let copy = session.workFolder.appending(item.staged)
            let file = try FileDescriptor.open(
                copy, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
            try file.closeAfter { _ = try file.writeAll(bytes) }
            return copy
        }
    }

    private func checkSource(_ entry: SitePlan.Entry) throws {
        guard case .file(let path) = entry.file.content, let stamp = entry.stamp else { return }
        guard FileStatus(of: path)?.stamp == stamp else { throw Failure(changing: path) }
    }

    // MARK: Bringing into place

    private var isIIS: Bool { plan.facts.host.hasPrefix("iis") }

    private var needsNoOffline: Bool { !plan.entries.contains { $0.name.lowercased() == Self.offline.name } }

    /// Whether a site that runs there has to stop for a moment.
    private var goesOffline: Bool {
        isIIS && !options.isPartial && needsNoOffline
            && (comparison.items.contains { $0.action == .update } || !comparison.deletions.isEmpty)
    }

    private mutating func takeOffline(_ sent: [FTPComparison.Item]) async throws {
        guard goesOffline else { return }
        let copy = session.workFolder.appending(Self.offline.name)
        try FileReplacement.write(Self.offlinePage, to: copy)
        try await session.performAll([
            CurlOperation(
                transfer: .upload(copy, resumes: false), path: folder.path(Self.offline.name),
                name: Self.offline.name)
        ])
    }

    private mutating func put(_ sent: [FTPComparison.Item]) async throws {
        var rest = sent
        var replaces = false
        while !rest.isEmpty {
            let operations = rest.map { rename($0, replaces: replaces) }
            let outcomes = try await session.perform(operations)
            guard let last = outcomes.last, !last.isDone else { return }
            let index = outcomes.count - 1
            // A rename whose answer was lost with the connection cannot be done again: it was done.
            try await folder.look(into: [FTPFolder.staging], over: &session, again: true)
            let waiting = folder.listing(FTPFolder.staging)?.entries ?? [:]
            if waiting[rest[index].staged] == nil {
                rest.removeFirst(index + 1)
                continue
            }
            // Servers on Windows do not rename over a file: there it goes first, for as short as can be.
            guard !replaces, rest[index].present != nil else {
                throw session.failures.failure(last, of: operations[index])
            }
            replaces = true
            rest.removeFirst(index)
        }
    }

    private func rename(_ item: FTPComparison.Item, replaces: Bool) -> CurlOperation {
        let staged = folder.path("\(FTPFolder.staging)/\(item.staged)")
        let name = item.entry.name
        let target = folder.path(name)
        var commands: [String] = []
        if item.entry.mode == .ownerReadWrite { commands.append("*SITE CHMOD 600 \(staged)") }
        if let present = item.present {
            let isRespelled = present.name != item.entry.file.path.name
            let old = (item.entry.file.path.folder.map { "\($0)/" } ?? "") + present.name
            if replaces || isRespelled { commands.append("*DELE \(folder.path(old))") }
        }
        commands += ["RNFR \(staged)", "RNTO \(target)"]
        return CurlOperation(transfer: .nothing, path: "", commands: commands, name: name)
    }

    // MARK: Taking away

    private mutating func delete(_ diagnostics: inout DiagnosticList) async throws {
        var rest = comparison.deletions.map(\.path)
        while !rest.isEmpty {
            let operations = rest.map { path in
                CurlOperation(
                    transfer: .nothing, path: "", commands: ["DELE \(folder.path(path.description))"],
                    name: path.description)
            }
            let outcomes = try await session.perform(operations)
            guard let last = outcomes.last, !last.isDone else { break }
            let path = rest[outcomes.count - 1]
            // One that is gone already is fine, such as after a lost answer.
            try await folder.look(into: [path.folder?.description ?? ""], over: &session, again: true)
            if folder.entry(path) != nil {
                // A foreign file may belong to somebody else, or have a name that no command can carry.
                guard previous?.files[path.description] == nil, previous?.pending[path.description] == nil,
                    path.components[0] != DebugPayload.folder
                else { throw session.failures.failure(last, of: operations[outcomes.count - 1]) }
                diagnostics.add(
                    .warning(
                        "extra-not-deleted",
                        "'\(path)' cannot be deleted on '\(session.failures.address.host)'",
                        hint: "delete it on the server"))
            }
            rest.removeFirst(outcomes.count)
        }
    }

    /// Removes what only this run needed, and folders that are empty now.
    private mutating func bringBack() async throws {
        var commands = comparison.emptied.map { "*RMD \(folder.path($0.description))" }
        let wasOffline = previous?.pending[Self.offline.name] != nil && needsNoOffline && !options.isPartial
        if goesOffline || wasOffline { commands.append("*DELE \(folder.path(Self.offline.name))") }
        commands.append("*RMD \(folder.path(FTPFolder.staging))")
        try await session.performAll([
            CurlOperation(transfer: .nothing, path: "", commands: commands, name: ".")
        ])
        guard goesOffline || wasOffline else { return }
        try await folder.look(into: [""], over: &session, again: true)
        guard folder.entry(Self.offline) == nil else {
            throw Failure(
                .failed, id: "site-offline",
                "'\(Self.offline.name)' cannot be deleted, and keeps the site from answering",
                hint: "delete it on the server")
        }
    }

    /// Lets the site run again after a failure or an interruption, and says so where that does not succeed.
    private func backOnline(after error: any Error) async -> any Error {
        // Waited for like any other work, but not ended by the interruption that it follows.
        let isBack = await Task.detached { [folder, session] in
            var (folder, session) = (folder, session)
            let removal = CurlOperation(
                transfer: .nothing, path: "", commands: ["*DELE \(folder.path(Self.offline.name))"], name: "."
            )
            guard (try? await session.performAll([removal])) != nil,
                (try? await folder.look(into: [""], over: &session, again: true)) != nil
            else { return false }
            return folder.entry(Self.offline) == nil
        }.value
        guard !isBack else { return error }
        let offline = Diagnostic.error(
            "site-offline",
            "'\(Self.offline.name)' is still there, and keeps the site from answering until it is published again",
            hint: "publish again, or delete it on the server")
        let failure = error as? Failure
        let first = failure?.diagnostics ?? [.note("interrupted", "the publish was interrupted")]
        return Failure(failure?.reason ?? .failed, first.filter { $0.id != "site-offline" } + [offline])
    }

    /// Keeps the manifest, with the times that the server gave to what was sent, after what the record says `now`.
    private func record(after now: Manifest?, _ diagnostics: inout DiagnosticList) {
        let rest = options.isPartial ? previous : nil
        var manifest = Manifest(
            buildID: rest?.buildID ?? plan.buildID, configuration: plan.facts.configuration,
            time: options.time,
            files: rest?.files ?? [:])
        for item in comparison.items {
            let modified = folder.entry(item.entry.file.path)?.modified
            manifest.files[item.entry.name] = .init(
                size: item.entry.size, digest: item.entry.digest,
                stamp: modified.map { .init(size: item.entry.size, modified: $0, changed: 0, inode: 0) })
        }
        store.keep(manifest, after: now, flushes: false, &diagnostics)
    }
}
