import Destinations
import Diagnostics
import Doctor
import Files
import Projects
import Sites
import SystemPackage
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One publish from a project to a destination: everything is computed first, then written.
struct Publication {
    let workspace: Workspace
    let reference: DestinationReference
    let debugger: DebuggerOptions
    let connection: ConnectionOptions
    /// How a site on Azure is found.
    let azureSite: AzureOptions
    /// What is done there beyond sending files.
    let azure: AzurePublishOptions
    /// Whether the user or the profile says where the site answers.
    let namesSiteURL: Bool
    /// Warnings of options that have no effect.
    private let idleOptions: [Diagnostic]
    /// What is wanted of the site's configuration.
    var request: ConfigurationRequest
    var isDryRun = false
    var deletesExtraFiles: Bool
    /// Whether the report holds the secret.
    var showsSecret = true

    /// Puts together what the options, the profile and earlier publishes say.
    ///
    /// - Parameters:
    ///   - workspace: The project.
    ///   - to: The destination the user names.
    ///   - site: What the user says of the site.
    ///   - debugger: What the endpoint is made of.
    ///   - connection: How servers are reached.
    ///   - azureSite: How a site on Azure is found.
    ///   - azure: What is done there beyond sending files.
    /// - Throws: A `Failure` when the destination is none.
    init(
        _ workspace: Workspace, to: String?, site: SiteOptions, debugger: DebuggerOptions,
        connection: ConnectionOptions, azureSite: AzureOptions, azure: AzurePublishOptions
    ) throws {
        let profile = workspace.profile
        self.workspace = workspace
        self.debugger = debugger
        self.connection = connection
        self.azureSite = azureSite
        self.azure = azure
        namesSiteURL = site.siteURL != nil || profile?.siteURL != nil
        reference =
            if let to {
                try DestinationReference(to, context: workspace.context)
            } else if let named = try profile.flatMap({
                try DestinationReference($0, folder: workspace.projectFolder)
            }) {
                named
            } else {
                .folder(workspace.defaultDestination)
            }
        // What a profile says of its own target does not hold for another.
        deletesExtraFiles = to == nil && profile?.deletesExtraFiles == true
        request = ConfigurationRequest(
            configuration: workspace.configuration,
            isDebugging: debugger.withDebugger || workspace.configuration.lowercased() == "debug",
            now: workspace.context.now())
        request.profileName = profile?.name
        request.appliesConfigurationTransforms = profile?.transformsWebConfig ?? true
        request.appliesProfileTransforms = profile?.appliesProfileTransform ?? true
        request.siteURL =
            profile?.siteURL.flatMap(SiteURL.init)
            ?? workspace.memory[profile?.name]?.siteURL.flatMap(SiteURL.init)
        site.apply(to: &request)
        idleOptions = IdleOptions(site: site, debugger: debugger, azure: azure)
            .findings(in: request, to: reference, workspace.context)
    }

    /// Publishes.
    ///
    /// - Parameters:
    ///   - progress: Where progress is shown.
    ///   - console: Where it is told what happens meanwhile.
    /// - Returns: What was done, or would be.
    /// - Throws: A `Failure`, or `CancellationError`; what was published before is then still there.
    mutating func run(progress: ProgressBar, console: Console) async throws -> PublicationOutcome {
        let narrate: @Sendable (String) -> Void = { line in
            progress.clear()
            console.progress(line)
        }
        let destination = try reference.open(
            projectFolder: workspace.project.home, state: workspace.state, connection: connection,
            azure: azureSite, publishing: azure, context: workspace.context, narrate: narrate,
            announce: { line in
                progress.clear()
                console.announcement(line)
            })
        try await destination.fit(&request, namesSiteURL: namesSiteURL)
        var diagnostics = workspace.diagnostics
        diagnostics.add(contentsOf: idleOptions)
        diagnostics.add(contentsOf: [workspace.project.involuntaryExclusions].compactMap(\.self))
        var configuration = try SiteConfigurator(project: workspace.project, request: request)
            .configuration(diagnostics: &diagnostics)
        diagnostics.add(contentsOf: [hostChange(to: configuration.host)].compactMap(\.self))
        try await destination.accept(&configuration)
        let assembly = SiteAssembly(
            project: workspace.project, configuration: configuration, debugger: debugger,
            context: workspace.context)
        var memory = DigestMemory(reading: workspace.state.digests(of: workspace.memory.project))
        var plan = try await assembly.plan(
            facts: facts(configuration), destination: reference.path, memory: &memory,
            diagnostics: &diagnostics)
        if let hidden = configuration.debugging?.hiddenFile {
            let finding = await gitFinding(hidden.path, GitIgnoreLine(hiddenFile: hidden.path))
            diagnostics.add(contentsOf: [finding].compactMap(\.self))
            if configuration.files.contains(where: \.holdsSecret), let path = reference.path {
                let line = GitIgnoreLine(destination: path, in: workspace.projectFolder)
                let isFolder = if case .folder = reference { true } else { false }
                let finding = await gitFinding(path, isFolder: isFolder, line)
                diagnostics.add(contentsOf: [finding].compactMap(\.self))
            }
        }
        diagnostics.add(
            contentsOf: ConfigurationExamination.findings(
                in: configuration, of: workspace.project, environment: workspace.context.environment,
                display: workspace.context.display
            ).map(\.diagnostic))
        plan.diagnostics = diagnostics.all
        if !isDryRun { FileReplacement.sweep(workspace.project.home) }
        // The hidden file is made ready first and put in place once the site has its secret: a publish that fails leaves
        // the secret that the deployed site has, and one that cannot write it has changed nothing.
        let staged =
            try isDryRun
            ? nil
            : configuration.debugging.map { debugging throws(Failure) in
                let file = debugging.hiddenFile
                return try FileReplacement.stage(file.bytes, for: file.path, mode: .ownerReadWrite)
            }
        let hidden = PendingFile(staged)
        var options = PublishOptions(
            isDryRun: isDryRun, deletesExtraFiles: deletesExtraFiles,
            time: request.now.formatted(.iso8601), siteChanged: { hidden.commit() })
        options.endpoint = endpoint(of: configuration)
        options.protected = workspace.profile?.protection ?? ProtectedPaths()
        let report: PublishReport
        do {
            defer { progress.clear() }
            report = try await destination.publish(plan, options: options) { progress.show($0) }
        } catch {
            hidden.discard()
            if hidden.isCommitted {
                if configuration.debugging != nil {
                    narrate("the site was sent, and '\(WebDebugConfig.fileName)' holds its new secret")
                }
                remember(plan.buildID, configuration, memory)
            }
            throw error
        }
        try hidden.finish()
        remember(report.buildID, configuration, memory)
        return PublicationOutcome(
            report: report, configuration: configuration, lifetime: request.lifetime, isDryRun: isDryRun,
            hiddenFileName: configuration.debugging.map { hiddenFileName($0.hiddenFile) } ?? "",
            next: next(configuration))
    }

    private func facts(_ configuration: SiteConfiguration) -> PublishFacts {
        let debugging = configuration.debugging
        let expires: String? = if case .at? = debugging?.expiry { debugging?.expiry.text } else { nil }
        return PublishFacts(
            project: workspace.context.display(workspace.memory.project),
            configuration: configuration.configuration, host: configuration.host.rawValue,
            siteURL: request.siteURL?.description,
            attachURL: debugging.map {
                isDryRun ? $0.attachURL.form : showsSecret ? $0.attachURL.revealed : $0.attachURL.masked
            },
            expires: expires)
    }

    /// Says that another host was found out than the one that the same destination was published for before.
    private func hostChange(to host: HostKind) -> Diagnostic? {
        guard request.host == nil, let before = workspace.memory[workspace.profile?.name],
            before.destination == reference.text, let known = HostKind(rawValue: before.host), known != host
        else { return nil }
        return .warning(
            "host-changed",
            "the site was published for \(known.title) before, and is for \(host.title) now",
            hint: "say '--host \(known.rawValue)' if it has not moved, else '--host \(host.rawValue)'")
    }

    /// Says that git would take up what holds the secret.
    private func gitFinding(
        _ path: FilePath, isFolder: Bool = false, _ line: GitIgnoreLine?
    ) async -> Diagnostic? {
        let display = workspace.context.display
        return await GitStatus(of: path, isFolder: isFolder)
            .finding(name: display(path), line: line, display: display)
    }

    private func hiddenFileName(_ file: SiteConfiguration.HiddenFile) -> String {
        workspace.context.display(file.path)
    }

    /// Keeps what later commands want to know, once the site is the new one.
    private func remember(
        _ buildID: String, _ configuration: SiteConfiguration, _ digests: DigestMemory
    ) {
        guard !isDryRun else { return }
        var memory = workspace.memory
        memory[workspace.profile?.name] = PublishMemory.Item(
            destination: reference.text, siteURL: request.siteURL?.description,
            host: configuration.host.rawValue, configuration: configuration.configuration,
            buildID: buildID, time: request.now.formatted(.iso8601),
            isDebugging: configuration.debugging != nil,
            startCommand: request.startCommand,
            hiddenFile: configuration.debugging?.hiddenFile.path.string)
        if configuration.debugging != nil {
            memory.secretOrigin = .init(time: request.now.formatted(.iso8601), destination: reference.text)
        }
        // Both only spare later commands an option or some time: a full state folder must not fail the publish.
        try? memory.write(to: workspace.state)
        try? digests.write(to: workspace.state.digests(of: workspace.memory.project))
    }

    private func next(_ configuration: SiteConfiguration) -> [String] {
        guard configuration.debugging != nil, !isDryRun else { return [] }
        guard request.siteURL != nil else {
            return ["say where the site answers with '--site-url https://…', and <site> is filled in"]
        }
        return [attachCommand]
    }

    /// How the user, where he stands, attaches to what was published.
    private var attachCommand: String {
        let project = workspace.memory.project
        let folder = FileKind(of: project) == .folder ? project : project.removingLastComponent()
        let name =
            folder == workspace.context.currentFolder
            ? "" : " --project \(workspace.context.display(project).shellWord)"
        let profile = workspace.profile.map { " --profile \($0.name.shellWord)" }
        return "ptvsd-publish attach" + name + (profile ?? "")
    }
}
