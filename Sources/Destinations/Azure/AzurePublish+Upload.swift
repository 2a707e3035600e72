import Azure
import Diagnostics
import Projects
import Sites
import SystemPackage
import WebConfiguration

extension AzurePublish {
    /// A deployment that ended well, and what Azure Resource Manager calls it.
    typealias Sent = (deployment: Deployment, trackingID: String?)

    /// Sends what has to be sent and follows the deployment to its end.
    ///
    /// - Returns: The deployment; nil when nothing had to be sent.
    mutating func upload(
        _ comparison: AzureComparison, builds: Bool, observer: @escaping PublishProgress.Observer
    ) async throws -> Sent? {
        if !builds, !comparison.obstacles.isEmpty { try await clear(comparison) }
        // With a whole site, Kudu would delete what an earlier one held, be it protected or not.
        let everything: DeploymentUpload.Contents =
            options.spares == nil || builds ? .whole(clean: false) : .part(of: nil)
        switch (comparison.upload, record.deployment) {
        case (.whole(let clean), _):
            return try await send(plan, as: .whole(clean: clean), observer: observer)
        case (.nothing, let base):
            guard try await kudu.deployments()?.settled != base else { return nil }
        case (.part(let names), _) where names.count == plan.entries.count:
            return try await send(plan, as: everything, observer: observer)
        case (.part(let names), let base):
            if let base,
                let sent = try await send(plan.limited(to: names), as: .part(of: base), observer: observer)
            {
                return sent
            }
        }
        // What was compared is not what is there any more.
        narrate("another deployment came in between; sending the whole site")
        return try await send(plan, as: everything, observer: observer)
    }

    /// Sends a package and follows its deployment.
    ///
    /// - Returns: The deployment; nil for a part that somebody else's deployment came before, so that it does not make
    ///   the site whole.
    private mutating func send(
        _ part: SitePlan, as contents: DeploymentUpload.Contents,
        observer: @escaping PublishProgress.Observer
    ) async throws -> Sent? {
        let zip = try await TemporaryZip(part, observer: observer)
        defer { zip.remove() }
        if !settings.isLinux { try await kudu.validate(size: zip.size) }
        try await notePending()
        isBegun = true
        let total = part.entries.count
        let gate = InterruptionGate.current
        let search = try await DeploymentUpload(
            zip.path, size: zip.size, as: contents, to: kudu, narrate: narrate
        ).run { [size = zip.size] sent in
            // A package that was cut is none: up to its last byte, nothing has to be waited for.
            if sent < size, gate?.isInterrupted == true { throw CancellationError() }
            observer(PublishProgress(files: total, totalFiles: total, bytes: sent, totalBytes: size))
        } delivering: { [options] delivery in
            var isTaken = false
            do {
                try await InterruptionGate.holding { isTaken = try await delivery() }
            } catch {
                // The server goes on with what it has taken.
                if isTaken { options.siteChanged() }
                throw error
            }
        }
        guard let search else { return nil }
        narrate("uploaded \(Self.size(zip.size)); \(kudu.name) deploys it")
        let deployment: Deployment
        do {
            deployment = try await DeploymentWatch(kudu, show: narrate).run(search)
        } catch {
            // The server goes on with what nobody watches any more, and some instances have the new site. What a
            // deployment that failed has left there, the files tell.
            let failure = error as? Failure
            let isPartial = failure?.diagnostics.contains { $0.id == "deployment-partial" } == true
            if failure?.reason != .failed || isPartial { options.siteChanged() }
            throw error
        }
        options.siteChanged()
        if case .part(let base?) = contents, let all = try await kudu.deployments(),
            all.predecessor(of: deployment.id) != base
        {
            return nil
        }
        return (deployment, search.id)
    }

    /// From here on until the end, nobody can tell what is there.
    private mutating func notePending() async throws {
        try await writeRecords(files: manifest?.files ?? [:], pending: plannedFiles)
    }

    /// Deletes what stands in the way of the upload; what is in use stays, and the server says so.
    private mutating func clear(_ comparison: AzureComparison) async throws {
        try await notePending()
        _ = try await deleteSideBySide(comparison.obstacles)
        for folder in comparison.emptied {
            _ = try await kudu.deleteFolder("\(AzureDestination.root)/\(folder)", withContents: false)
        }
    }

    /// Deletes what earlier publishes put there and this one has not; the server has not done all of it.
    ///
    /// - Returns: Those that stay, since they are in use.
    mutating func delete(_ paths: [String], builds: Bool, isCleared: Bool) async throws -> [String] {
        // What the server builds, it builds into an empty folder; the same goes for one that it was told to clear.
        guard !builds, !isCleared else { return [] }
        var paths = paths
        var kept: [String] = []
        if try await hasEndpointToRemove() {
            switch try await kudu.deleteFolder("\(AzureDestination.root)/\(DebugPayload.folder)") {
            case .deleted, .absent: paths.removeAll { $0.hasPrefix("\(DebugPayload.folder)/") }
            // What nothing uses goes one by one.
            case .kept: if !paths.contains(AgentSettings.path) { paths.append(AgentSettings.path) }
            }
        }
        // A `web.config` first, since it names others.
        for path in paths where SitePath.isWebConfig(path) {
            if try await kudu.delete("\(AzureDestination.root)/\(path)") == .kept { kept.append(path) }
        }
        kept += try await deleteSideBySide(paths.filter { !SitePath.isWebConfig($0) }.sorted())
        guard let first = kept.first else { return [] }
        diagnostics.append(
            .warning(
                "file-not-deleted",
                "'\(first)'\(kept.count > 1 ? " and \(kept.count - 1) more" : "") could not be deleted: in use",
                hint: "publish again once nothing uses it"))
        return kept
    }

    /// Whether the endpoint of an earlier publish is there and has to go, also where no manifest knows of it.
    func hasEndpointToRemove() async throws -> Bool {
        guard !DeployedEndpoint.isPlanned(in: plan) else { return false }
        let settings = try await kudu.file("\(AzureDestination.root)/\(AgentSettings.path)")
        return settings.map { DeployedEndpoint.isOurs(settings: $0.bytes) } ?? false
    }

    /// Deletes files.
    ///
    /// - Returns: Those that stay.
    private func deleteSideBySide(_ paths: [String]) async throws -> [String] {
        try await sideBySide(paths) { [kudu] path in
            try await kudu.delete("\(AzureDestination.root)/\(path)") == .kept ? path : nil
        }.compactMap(\.self).sorted()
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 1 << 20 ? "\(max(bytes >> 10, 1)) kB" : "\(bytes >> 20) MB"
    }
}
