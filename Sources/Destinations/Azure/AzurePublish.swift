import Azure
import Diagnostics
import Projects
import Sites
import WebConfiguration

/// One publish to a site on Azure, step by step; a failure in any leaves a site that runs.
struct AzurePublish {
    let name: String
    let plan: SitePlan
    let options: PublishOptions
    let deployment: AzureDeployment
    let session: AzureSession
    var settings: AzureSettings
    var record: AzureRecord
    var manifest: Manifest?
    let web: WebClient
    let narrate: @Sendable (String) -> Void
    /// Whether files have been sent, or may have been.
    var isBegun = false
    /// What was found on the way.
    var diagnostics: [Diagnostic] = []

    /// The page that Azure puts into a new site.
    private static let placeholder = "hostingstart.html"

    var kudu: KuduClient { session.kudu }

    /// Publishes the site.
    ///
    /// - Parameter observer: Is told of progress.
    /// - Returns: What happened to each file.
    /// - Throws: A `Failure`, or `CancellationError`.
    mutating func run(observer: @escaping PublishProgress.Observer) async throws -> [PublishReport.File] {
        try refuseRunFromPackage()
        guard !options.deletesExtraFiles || !plan.entries.isEmpty else {
            throw Failure(
                .badInput, id: "destination-refused", "an empty site would delete everything on the server",
                hint: "check what belongs to the project, or publish without --delete-extra")
        }
        let changes = try await settingsPlan()
        diagnostics += changes.diagnostics
        let builds =
            settings.builds
            || changes.before.contains(.appSetting(AzureSettings.build, from: nil, to: "true"))
        let comparison = AzureComparison(
            plan,
            with: .init(
                manifest: manifest, record: record,
                activeDeployment: session.deployments.settled, builds: builds,
                ignoresCase: !settings.isLinux),
            present: try await present(builds: builds),
            isFull: deployment.isFull, deletesExtraFiles: options.deletesExtraFiles, spares: options.spares)
        guard !options.isDryRun else {
            diagnostics += changes.changes.map { .note("setting-change", "would change \($0)") }
            return comparison.files
        }
        if !changes.changes.isEmpty { try await deployment.confirm(changes.changes) }
        await endSessions()
        try await apply(changes.before)
        if changes.rememberedCommand != record.startCommand, changes.rememberedCommand != nil {
            record.startCommand = changes.rememberedCommand
            try await kudu.write(record.json, to: AzureRecord.path)
        }
        var leaving = comparison.deleted
        // Where only files are sent, Kudu does not take away the page that new sites have.
        if case .part = comparison.upload, manifest == nil,
            !plan.entries.contains(where: { $0.name == Self.placeholder })
        {
            leaving.append(Self.placeholder)
        }
        let found = try await upload(comparison, builds: builds, observer: observer)
        let previous = (manifest?.files ?? [:]).merging(manifest?.pending ?? [:]) { old, _ in old }
        options.siteChanged()
        let kept = try await delete(
            leaving, builds: builds, isCleared: comparison.upload == .whole(clean: true))
        try await apply(changes.after)
        record.startCommand = changes.rememberedCommand
        if let found { record.deployment = found.deployment.id }
        record.isBuilt = builds
        // What could not be deleted is remembered, so that the next publish tries again.
        let present = previous.filter { kept.contains($0.key) }.merging(plannedFiles) { $1 }
        try await writeRecords(files: present, pending: [:])
        try await waitUntilRunning(
            found.flatMap { $0.trackingID ?? $0.deployment.id },
            isRestarted: found != nil || !changes.changes.isEmpty)
        return comparison.files
    }

    /// Sends a part of the site file by file, `web.config` last, and nothing else.
    mutating func replaceFiles(
        observer: @escaping PublishProgress.Observer
    ) async throws -> [PublishReport.File] {
        guard !record.isBuilt else { throw Failure(builtSite: name) }
        try refuseRunFromPackage()
        isBegun = !options.isDryRun
        var files: [PublishReport.File] = []
        var replaced: [(path: String, bytes: [UInt8])] = []
        var progress = PublishProgress(
            files: 0, totalFiles: plan.entries.count, bytes: 0, totalBytes: plan.size)
        for entry in plan.entries {
            let action: PublishReport.Action =
                manifest?.files[entry.name]?.digest == entry.digest ? .keep : .update
            files.append(
                .init(
                    path: entry.name, source: entry.file.source, size: entry.size, sha256: entry.digest.hex,
                    action: action))
            guard !options.isDryRun, case .bytes(let bytes) = entry.file.content else { continue }
            try await replace(entry.name, by: bytes, &replaced)
            manifest?.files[entry.name] = .init(size: entry.size, digest: entry.digest)
            progress.files += 1
            progress.bytes += entry.size
            observer(progress)
        }
        if !options.isDryRun { options.siteChanged() }
        if !options.isDryRun, let manifest {
            try await kudu.write(manifest.json, to: AzureRecord.manifestPath)
        }
        return files
    }

    /// Replaces a file; where that fails, those that were replaced before get back what they held, since they belong
    /// together.
    private func replace(
        _ name: String, by bytes: [UInt8], _ replaced: inout [(path: String, bytes: [UInt8])]
    ) async throws {
        let path = "\(AzureDestination.root)/\(name)"
        let old = try await kudu.file(path)
        do {
            try await kudu.write(bytes, to: path)
        } catch {
            for file in replaced.reversed() { try? await kudu.write(file.bytes, to: file.path) }
            throw error
        }
        if let old { replaced.append((path, old.bytes)) }
    }

    /// What the manifest says once the site is there.
    var plannedFiles: [String: Manifest.File] {
        Dictionary(
            uniqueKeysWithValues: plan.entries.map { ($0.name, .init(size: $0.size, digest: $0.digest)) })
    }

    /// Writes the manifest, then the record that says which deployment it belongs to.
    mutating func writeRecords(files: [String: Manifest.File], pending: [String: Manifest.File]) async throws
    {
        var next = Manifest(
            buildID: plan.buildID, configuration: plan.facts.configuration, time: options.time, files: files)
        next.pending = pending
        manifest = next
        try await kudu.write(next.json, to: AzureRecord.manifestPath)
        try await kudu.write(record.json, to: AzureRecord.path)
    }

    private func refuseRunFromPackage() throws(Failure) {
        guard let package = settings.package else { return }
        let isURL = package.firstRange(of: "://") != nil
        throw Failure(
            .failed, id: "run-from-package",
            "the site runs from a package (WEBSITE_RUN_FROM_PACKAGE\(isURL ? " is a URL" : "='\(package)'")), so that "
                + "its files cannot be replaced",
            hint: "take the app setting WEBSITE_RUN_FROM_PACKAGE away; Python sites cannot run from a package"
        )
    }
}
