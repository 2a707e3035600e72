import Diagnostics
import Files
import Projects
import Sites
import SystemPackage
import WebConfiguration

/// The change of the site itself: from what it was to what waits beside it.
///
/// As far as the server plays along, and unless very many files change, it is one run of `curl`, which ends as quickly as
/// can be, and which goes on to its end even if this process is killed.
extension FTPUpdate {
    /// What keeps IIS from running a site while its files change.
    static let offline = SitePath(named: "app_offline.htm")
    static let offlinePage = Array(
        "<!doctype html><meta charset=\"utf-8\"><title>Updating</title><p>This site is being updated.</p>\n"
            .utf8)

    /// One step of the change.
    private enum Step {
        /// The site is switched off.
        case offline
        /// A file comes into place.
        case place(FTPComparison.Item)
        /// A file goes.
        case delete(SitePath)
        /// What only this run needed goes, and folders that are empty now.
        case tidy
        /// A folder is looked at, to record what stands there now.
        case list(CurlOperation)
    }

    /// Changes the site.
    ///
    /// - Parameter diagnostics: Receives warnings.
    /// - Throws: A `Failure` or `CancellationError`.
    mutating func change(_ diagnostics: inout DiagnosticList) async throws {
        let items = itemsInOrder
        let touched = Set(items.map { $0.entry.file.path.folder?.description ?? "" } + [""]).sorted()
        let listings = try folder.operations(listing: touched, in: session.workFolder)
        var steps: [Step] = goesOffline ? [.offline] : []
        steps += items.map { .place($0) } + comparison.deletions.map { .delete($0.path) } + [.tidy]
        steps += listings.map { .list($0) }
        try await placeSideBySide(&steps)
        let last = steps.lastIndex { if case .place(let item) = $0 { Self.bearsSecret(item) } else { false } }
        let count = steps.count
        var replaces = false
        var outcomes: [CurlOperation.Outcome] = []
        while !steps.isEmpty {
            let operations = try steps.map { try operation(for: $0, replaces: replaces) }
            let done = count - steps.count
            outcomes = try await session.perform(
                operations,
                told: { [options] index, event in
                    if case .done = event, done + index == last { options.siteChanged() }
                })
            guard let outcome = outcomes.last, !operations[outcomes.count - 1].accepts(outcome) else { break }
            let failed = outcomes.count - 1
            let goesOn: Bool
            switch steps[failed] {
            case .place(let item):
                let isPlaced = try await isPlaced(item)
                // Servers on Windows do not rename over a file: there it goes first, for as short as can be.
                goesOn = isPlaced || (!replaces && item.present != nil)
                if !isPlaced { replaces = true }
                if isPlaced, done + failed == last { options.siteChanged() }
                steps.removeFirst(isPlaced ? failed + 1 : failed)
            case .delete(let path):
                goesOn = try await isDispensable(path, &diagnostics)
                steps.removeFirst(failed + 1)
            case .offline, .tidy, .list: goesOn = false
            }
            guard goesOn else { throw session.failures.failure(outcome, of: operations[failed]) }
        }
        options.siteChanged()
        try folder.learn(
            touched, from: outcomes.suffix(touched.count), of: listings, as: session.configuration.listing)
        guard goesOffline || wasOffline, folder.entry(Self.offline) != nil else { return }
        throw Failure(
            .failed, id: "site-offline",
            "'\(Self.offline.name)' cannot be deleted, and keeps the site from answering",
            hint: "delete it on the server")
    }

    /// Brings many files into place over several connections, but for those that come last.
    ///
    /// - Parameter steps: The steps of the change; afterwards those that remain, because they come later or failed.
    /// - Throws: A `Failure` or `CancellationError`.
    private mutating func placeSideBySide(_ steps: inout [Step]) async throws {
        let places = steps.indices.filter {
            if case .place(let item) = steps[$0] { Self.rank(item) == 0 } else { false }
        }
        // A rename takes half as long as sending a file, and this takes two more logins.
        let lanes = session.lanes(for: places.count / 4)
        guard lanes > 1 else { return }
        if goesOffline {
            try await session.performAll([try operation(for: .offline, replaces: false)])
        }
        let rows = FTPSession.rows(of: places.count, over: lanes).map { $0.map { places[$0] } }
        let ended = try await session.performRows(
            try rows.map { try $0.map { try operation(for: steps[$0], replaces: false) } })
        let done = Set(zip(rows, ended).flatMap { $0.prefix($1.count) })
        steps = steps.indices.compactMap { index in
            if case .offline = steps[index] { nil } else { done.contains(index) ? nil : steps[index] }
        }
    }

    /// Lets the site run again after a failure, and says so where that does not succeed.
    mutating func backOnline(after error: any Error) async -> any Error {
        let removal = CurlOperation(
            transfer: .nothing, path: "", commands: ["*DELE \(folder.path(Self.offline.name))"], name: ".")
        if (try? await session.performAll([removal])) != nil,
            (try? await folder.look(into: [""], over: &session, again: true)) != nil,
            folder.entry(Self.offline) == nil
        {
            return error
        }
        let offline = Diagnostic.error(
            "site-offline",
            "'\(Self.offline.name)' is still there, and keeps the site from answering until it is published again",
            hint: "publish again, or delete it on the server")
        let failure = error as? Failure
        let first = failure?.diagnostics ?? [.note("interrupted", "the publish was interrupted")]
        return Failure(failure?.reason ?? .failed, first.filter { $0.id != "site-offline" } + [offline])
    }

    /// The files to bring into place: what tells the new secret after everything else, but for each `web.config`.
    private var itemsInOrder: [FTPComparison.Item] {
        let sent = comparison.sent
        return (0...2).flatMap { rank in sent.filter { Self.rank($0) == rank } }
    }

    private static func rank(_ item: FTPComparison.Item) -> Int {
        item.entry.file.path.isWebConfig ? 2 : bearsSecret(item) ? 1 : 0
    }

    /// Whether a site that has this file lets in who knows the new secret.
    private static func bearsSecret(_ item: FTPComparison.Item) -> Bool {
        item.entry.mode == .ownerReadWrite || item.entry.name == AgentSettings.path
    }

    private func operation(for step: Step, replaces: Bool) throws -> CurlOperation {
        switch step {
        case .offline:
            let copy = session.workFolder.appending(Self.offline.name)
            try FileReplacement.write(Self.offlinePage, to: copy)
            return CurlOperation(
                transfer: .upload(copy, resumes: false), path: folder.path(Self.offline.name),
                name: Self.offline.name)
        case .place(let item):
            return CurlOperation(
                transfer: .nothing, path: "", commands: renaming(item, replaces: replaces),
                name: item.entry.name)
        case .delete(let path):
            return CurlOperation(
                transfer: .nothing, path: "", commands: ["DELE \(folder.path(path.description))"],
                name: path.description)
        case .tidy:
            var commands = comparison.emptied.map { "*RMD \(folder.path($0.description))" }
            if goesOffline || wasOffline { commands.append("*DELE \(folder.path(Self.offline.name))") }
            commands.append("*RMD \(folder.path(FTPFolder.staging))")
            return CurlOperation(transfer: .nothing, path: "", commands: commands, name: ".")
        case .list(let operation): return operation
        }
    }

    private func renaming(_ item: FTPComparison.Item, replaces: Bool) -> [String] {
        let staged = stagedPath(item)
        var commands: [String] = []
        if item.entry.mode == .ownerReadWrite { commands.append("*SITE CHMOD 600 \(staged)") }
        if let present = item.present {
            let isRespelled = present.name != item.entry.file.path.name
            let old = (item.entry.file.path.folder.map { "\($0)/" } ?? "") + present.name
            if replaces || isRespelled { commands.append("*DELE \(folder.path(old))") }
        }
        return commands + ["RNFR \(staged)", "RNTO \(folder.path(item.entry.name))"]
    }

    /// Whether a file came into place although that was refused: a rename whose answer was lost with the connection
    /// cannot be done again.
    private mutating func isPlaced(_ item: FTPComparison.Item) async throws -> Bool {
        try await folder.look(into: [FTPFolder.staging], over: &session, again: true)
        return folder.listing(FTPFolder.staging)?.entries[item.staged] == nil
    }

    /// Whether it does not matter that a file was not deleted: it is gone already, such as after a lost answer, or it
    /// is somebody else's, or has a name that no command can carry.
    private mutating func isDispensable(_ path: SitePath, _ diagnostics: inout DiagnosticList) async throws
        -> Bool
    {
        try await folder.look(into: [path.folder?.description ?? ""], over: &session, again: true)
        guard folder.entry(path) != nil else { return true }
        guard previous?.files[path.description] == nil, previous?.pending[path.description] == nil,
            path.components[0] != DebugPayload.folder
        else { return false }
        diagnostics.add(
            .warning(
                "extra-not-deleted",
                "'\(path)' cannot be deleted on '\(session.failures.address.host)'",
                hint: "delete it on the server"))
        return true
    }
}
