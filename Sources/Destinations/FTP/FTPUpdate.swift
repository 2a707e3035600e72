import Diagnostics
import Files
import Projects
import Sites

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

    /// Sends, renames, deletes, and records the result.
    ///
    /// - Parameter diagnostics: Receives warnings.
    /// - Throws: A `Failure` or `CancellationError`.
    mutating func apply(_ diagnostics: inout DiagnosticList) async throws {
        let sent = comparison.sent
        let leftovers = folder.listing(FTPFolder.staging) != nil
        guard !sent.isEmpty || !comparison.deletions.isEmpty || leftovers || wasOffline else {
            return record(after: previous, &diagnostics)
        }
        let journal = journal
        store.keep(journal, after: previous, flushes: true, &diagnostics)
        do {
            try await send(sent)
        } catch let failure as Failure where failure.diagnostics.contains(where: { $0.id == "remote-full" }) {
            // The site that runs there needs the room more.
            try? await session.performAll(sent.map { removal(ofStaged: $0) })
            throw failure
        }
        for item in sent { try checkSource(item.entry) }
        try await InterruptionGate.holding {
            do {
                try await change(&diagnostics)
            } catch {
                guard goesOffline else { throw error }
                throw await backOnline(after: error)
            }
            record(after: journal, &diagnostics)
        }
    }

    /// Whether a site that runs there has to stop for a moment.
    var goesOffline: Bool {
        plan.facts.host.hasPrefix("iis") && !options.isPartial && needsNoOffline
            && (comparison.items.contains { $0.action == .update } || !comparison.deletions.isEmpty)
    }

    /// Whether an earlier run may have left the site switched off.
    var wasOffline: Bool {
        previous?.pending[Self.offline.name] != nil && needsNoOffline && !options.isPartial
    }

    private var needsNoOffline: Bool { !plan.entries.contains { $0.name.lowercased() == Self.offline.name } }

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

    /// Keeps the manifest, with the times that the server gave to what was sent, after what the record says `now`.
    private func record(after now: Manifest?, _ diagnostics: inout DiagnosticList) {
        let rest = options.isPartial ? previous : nil
        var manifest = Manifest(
            buildID: rest?.buildID ?? plan.buildID, configuration: plan.facts.configuration,
            time: options.time,
            files: rest?.files ?? [:])
        // A part says nothing of what an earlier run left unfinished elsewhere.
        manifest.pending = rest?.pending ?? [:]
        for item in comparison.items {
            manifest.pending[item.entry.name] = nil
            let modified = folder.entry(item.entry.file.path)?.modified
            manifest.files[item.entry.name] = .init(
                size: item.entry.size, digest: item.entry.digest,
                stamp: modified.map { .init(size: item.entry.size, modified: $0, changed: 0, inode: 0) })
        }
        store.keep(manifest, after: now, flushes: false, &diagnostics)
    }
}
