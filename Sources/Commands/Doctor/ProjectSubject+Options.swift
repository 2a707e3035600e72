import Diagnostics
import Doctor
import Files
import Projects
import Sites
import SystemPackage
import WebConfiguration
import XMLDocumentTransform

extension ProjectSubject {
    /// Finds the project that the options name, with its hidden file and what is remembered of it.
    ///
    /// - Parameters:
    ///   - options: Which project and profile; without a configuration, the one that was last published for debugging.
    ///   - site: What the user says of the site.
    ///   - context: The world around.
    /// - Throws: A `Failure` when there is no such project.
    init(_ options: ProjectOptions, site: SiteOptions, context: Context) throws {
        let location = try ProjectLocator.locate(
            FilePath(options.project), currentFolder: context.currentFolder)
        let memory = PublishMemory(of: location.path, in: try StateFolder(environment: context.environment))
        let last = if let profile = options.profileName { memory[profile] } else { memory.latest }
        let lastDebug = memory.latestDebugging(profile: options.profileName)
        var options = options
        options.configuration = options.configuration ?? lastDebug?.configuration ?? "Debug"
        let host = site.host ?? lastDebug.flatMap { HostKind(rawValue: $0.host) }

        let workspace: Result<Workspace, Failure>
        do {
            workspace = .success(
                try Workspace(options, context: context, mayLackWebConfig: host?.isIIS == true))
        } catch let failure as Failure {
            workspace = .failure(failure)
        }
        let read = try? workspace.get()
        var request = ConfigurationRequest(
            configuration: options.configuration ?? "Debug", isDebugging: true, now: context.now())
        request.profileName = read?.profile?.name
        request.appliesConfigurationTransforms = read?.profile?.transformsWebConfig ?? true
        request.appliesProfileTransforms = read?.profile?.appliesProfileTransform ?? true
        request.siteURL = (read?.profile?.siteURL ?? (lastDebug ?? last)?.siteURL).flatMap(SiteURL.init)
        site.apply(to: &request)
        request.host = host
        request.startCommand = site.startCommand ?? lastDebug?.startCommand
        let hidden = try? HiddenConfiguration.find(location, options, memory, context)
        if request.serverPaths.interpreter == nil {
            request.serverPaths.interpreter = hidden.flatMap(Self.interpreter)
        }
        self.init(
            project: workspace.map(\.project), readingDiagnostics: read?.diagnostics.all ?? [],
            folder: location.folder, hiddenFile: hidden, lastPublish: last, lastDebugPublish: lastDebug,
            request: request, environment: context.environment, display: context.display)
    }

    /// The Python on the server, as an earlier publish was told and wrote into the hidden file.
    private static func interpreter(_ hidden: FilePath) -> String? {
        guard let bytes = try? FileContents.read(hidden),
            let config = try? WebDebugConfig(parsing: bytes, file: hidden.string)
        else { return nil }
        return config.injections.lazy.compactMap {
            $0.element.localName == "httpPlatform" ? $0.element["processPath"] : nil
        }.first { HTTPPlatformCommand.isPython($0) }
    }
}
