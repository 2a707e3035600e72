import Configuration
import Destinations
import Diagnostics
import Files
import Projects
import Sites
import SystemPackage

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
    /// What is wanted of the site's configuration.
    var request: ConfigurationRequest
    /// How much of the site is sent.
    var scope = Scope.site
    var isDryRun = false
    var deletesExtraFiles: Bool
    /// Whether the report holds the secret.
    var showsSecret = true

    /// How much of a site is sent.
    enum Scope: Equatable {
        case site
        /// Only what holds the secret; the rest of the site keeps its build.
        case configuration(buildID: String?)
    }

    /// Puts together what the options, the profile and earlier publishes say.
    ///
    /// - Parameters:
    ///   - workspace: The project.
    ///   - to: The destination the user names.
    ///   - site: What the user says of the site.
    ///   - debugger: What the endpoint is made of.
    /// - Throws: A `Failure` when the destination is none.
    init(_ workspace: Workspace, to: String?, site: SiteOptions, debugger: DebuggerOptions) throws {
        let profile = workspace.profile
        self.workspace = workspace
        self.debugger = debugger
        reference =
            if let to {
                try DestinationReference(to, context: workspace.context)
            } else if let named = try profile.flatMap({
                try DestinationReference($0, project: workspace.project)
            }) {
                named
            } else {
                .folder(workspace.defaultDestination)
            }
        deletesExtraFiles = profile?.deletesExistingFiles ?? false
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
    }

    /// Publishes.
    ///
    /// - Parameter progress: Where progress is shown.
    /// - Returns: What was done, or would be.
    /// - Throws: A `Failure`, or `CancellationError`; what was published before is then still there.
    func run(progress: ProgressBar) async throws -> PublicationOutcome {
        var diagnostics = workspace.diagnostics
        let configuration = try SiteConfigurator(project: workspace.project, request: request)
            .configuration(diagnostics: &diagnostics)
        let assembly = SiteAssembly(
            project: workspace.project, configuration: configuration, debugger: debugger,
            context: workspace.context, isPartial: isPartial, keptBuildID: keptBuildID)
        var memory = DigestMemory(reading: workspace.state.digests(of: workspace.memory.project))
        var plan = try await assembly.plan(
            facts: facts(configuration), destination: reference.path, memory: &memory,
            diagnostics: &diagnostics)
        if let hidden = configuration.debugging?.hiddenFile {
            let finding = await GitStatus(of: hidden.path).finding(name: hiddenFileName(hidden))
            diagnostics.add(contentsOf: [finding].compactMap(\.self))
        }
        plan.diagnostics = diagnostics.all
        let destination = reference.open(
            project: workspace.project, state: workspace.state, context: workspace.context)
        let options = PublishOptions(
            isDryRun: isDryRun, deletesExtraFiles: deletesExtraFiles, isPartial: isPartial,
            time: request.now.formatted(.iso8601))
        let report = try await destination.publish(plan, options: options) { progress.show($0) }
        progress.clear()
        if !isDryRun {
            try remember(report, configuration, memory)
        }
        return PublicationOutcome(
            report: report, configuration: configuration, lifetime: request.lifetime, isDryRun: isDryRun,
            hiddenFileName: configuration.debugging.map { hiddenFileName($0.hiddenFile) } ?? "",
            next: next(configuration))
    }

    /// Whether only the configuration is sent; a zip cannot be changed in part.
    private var isPartial: Bool {
        if case .folder = reference { scope != .site } else { false }
    }

    /// The build that the site keeps when only its configuration is sent.
    private var keptBuildID: String? {
        if case .configuration(let buildID) = scope { buildID } else { nil }
    }

    private func facts(_ configuration: SiteConfiguration) -> PublishFacts {
        let debugging = configuration.debugging
        let expires: String? = if case .at? = debugging?.expiry { debugging?.expiry.text } else { nil }
        return PublishFacts(
            project: workspace.context.display(workspace.memory.project),
            configuration: configuration.configuration, host: configuration.host.rawValue,
            siteURL: request.siteURL?.description,
            attachURL: debugging.map { showsSecret ? $0.attachURL.revealed : $0.attachURL.masked },
            expires: expires)
    }

    private func hiddenFileName(_ file: SiteConfiguration.HiddenFile) -> String {
        workspace.context.display(file.path)
    }

    /// Writes the hidden file and what later commands want to know; the site is already in place.
    ///
    /// In this order a publish that fails leaves the secret that the deployed site still has.
    private func remember(
        _ report: PublishReport, _ configuration: SiteConfiguration, _ digests: DigestMemory
    ) throws(Failure) {
        if let hidden = configuration.debugging?.hiddenFile {
            try FileReplacement.write(hidden.bytes, to: hidden.path, mode: .ownerReadWrite)
        }
        var memory = workspace.memory
        memory[workspace.profile?.name] = PublishMemory.Item(
            destination: reference.path.string, siteURL: request.siteURL?.description,
            host: configuration.host.rawValue, configuration: configuration.configuration,
            buildID: keptBuildID ?? report.buildID, time: request.now.formatted(.iso8601),
            isDebugging: configuration.debugging != nil, startCommand: request.startCommand)
        // Both only spare later commands an option or some time: a full state folder must not fail the publish.
        try? memory.write(to: workspace.state)
        try? digests.write(to: workspace.state.digests(of: workspace.memory.project))
    }

    private func next(_ configuration: SiteConfiguration) -> [String] {
        guard configuration.debugging != nil else { return [] }
        guard request.siteURL != nil else {
            return ["say where the site answers with '--site-url https://…', and <site> is filled in"]
        }
        return []
    }
}
