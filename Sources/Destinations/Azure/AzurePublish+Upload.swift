import Azure
import Diagnostics
import Projects
import Sites
import SystemPackage
import WebConfiguration

extension AzurePublish {
    /// Sends what has to be sent and follows the deployment to its end.
    ///
    /// - Returns: The deployment, and what Azure Resource Manager calls it; nil when nothing had to be sent.
    mutating func upload(
        _ comparison: AzureComparison, builds: Bool, observer: @escaping PublishProgress.Observer
    ) async throws -> (deployment: Deployment, trackingID: String?)? {
        let part: SitePlan
        let clean: Bool?
        switch comparison.upload {
        case .nothing: return nil
        case .part(let names): (part, clean) = (plan.limited(to: names), nil)
        case .whole(let isClean): (part, clean) = (plan, isClean)
        }
        let pending = Dictionary(
            uniqueKeysWithValues: plan.entries.map {
                ($0.name, Manifest.File(size: $0.size, digest: $0.digest))
            })
        if !settings.isLinux {
            let warning = try await kudu.validate()
            diagnostics += [warning].compactMap {
                $0.map { .warning("scm-validation", "the SCM site says: \($0)") }
            }
        }
        let zip = try await TemporaryZip(part, observer: observer)
        defer { zip.remove() }
        // From here on until the end, nobody can tell what is there.
        try await writeRecords(files: manifest?.files ?? [:], pending: pending)
        let total = part.entries.count
        let search = try await DeploymentUpload(
            zip.path, size: zip.size, clean: clean, to: kudu, narrate: narrate
        ).run { sent in
            observer(PublishProgress(files: total, totalFiles: total, bytes: sent, totalBytes: zip.size))
        }
        narrate("uploaded \(Self.size(zip.size)); \(kudu.name) deploys it")
        do {
            return (try await DeploymentWatch(kudu, show: narrate).run(search), search.id)
        } catch {
            // The server goes on with what nobody watches any more; a deployment that failed has changed nothing.
            if (error as? Failure)?.reason != .failed { options.siteChanged() }
            throw error
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
        for path in paths where Self.isConfiguration(path) {
            if try await kudu.delete("\(AzureDestination.root)/\(path)") == .kept { kept.append(path) }
        }
        kept += try await deleteSideBySide(paths.filter { !Self.isConfiguration($0) }.sorted())
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

    /// Deletes files, a few at a time: most of it is waiting for answers.
    ///
    /// - Returns: Those that stay.
    private func deleteSideBySide(_ paths: [String]) async throws -> [String] {
        try await withThrowingTaskGroup(of: String?.self) { [kudu] group in
            var kept: [String] = []
            for (index, path) in paths.enumerated() {
                if index >= 4, let ended = try await group.next() { kept += [ended].compactMap(\.self) }
                group.addTask {
                    try await kudu.delete("\(AzureDestination.root)/\(path)") == .kept ? path : nil
                }
            }
            for try await ended in group { kept += [ended].compactMap(\.self) }
            return kept.sorted()
        }
    }

    private static func isConfiguration(_ path: String) -> Bool {
        path.lowercased().hasSuffix("web.config")
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 1 << 20 ? "\(max(bytes >> 10, 1)) kB" : "\(bytes >> 20) MB"
    }
}
