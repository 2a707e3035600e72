import Diagnostics
import Files
import Projects
import Serving
import Sites
import SystemPackage
import WebConfiguration
import XMLDocumentTransform

/// What a Debug publish makes of the project: computed now and not written, just published, or found where it is served.
package struct ConfigurationObservation: Sendable {
    /// What runs the site; nil when nothing could be computed.
    var host: HostKind?
    /// What stops the publish.
    var errors: [Diagnostic] = []
    /// Everything that was found on the way.
    var diagnostics: [Diagnostic] = []
    /// The site's `web.config` after all transforms; nil without one.
    var webConfig: WebConfig?
    /// How gunicorn is started; nil when something else runs the site.
    var gunicorn: GunicornSettings?
    /// The first part of the handler's module, where no file of the site is it.
    var missingModule: String?
    /// Python files whose place below the project is not that in the site: their names for the user, and their places.
    var strays: [(source: String, destination: String)] = []
    /// Whether the site is on this machine.
    var isLocal = false
    /// The host on IIS that the project has no `web.config` for; nil where all is well.
    var hostWithoutWebConfig: HostKind?

    /// Computes what a publish would make.
    init(of project: Project, subject: ProjectSubject) {
        var list = DiagnosticList()
        do throws(Failure) {
            let made = try SiteConfigurator(project: project, request: subject.request)
                .configuration(diagnostics: &list)
            self.init(of: made, project: project, environment: subject.environment, display: subject.display)
        } catch {
            self.init()
            errors = error.diagnostics.filter { $0.severity == .error }
            diagnostics = error.diagnostics
        }
        diagnostics = list.all + diagnostics
        isLocal = subject.request.siteURL?.isLoopback == true
        if let host = subject.request.host, host.isIIS,
            !project.files.contains(where: { $0.destination.folder == nil && $0.destination.isWebConfig })
        {
            hostWithoutWebConfig = host
        }
    }

    private init() {}

    /// Looks at what was computed.
    init(
        of made: SiteConfiguration, project: Project, environment: [String: String],
        display: (FilePath) -> String
    ) {
        host = made.host
        let root = made.files.first { $0.path.description.lowercased() == "web.config" }
        webConfig = root.flatMap { try? WebConfig(parsing: $0.bytes, file: $0.path.description) }
        gunicorn = Self.words(made, webConfig).flatMap {
            GunicornSettings(command: $0, environment: environment) { name in
                try? FileContents.text(project.home.appending(FilePath(name).components))
            }
        }
        if host == .iisFastCGI, let handler = webConfig?.appSetting("WSGI_HANDLER") {
            missingModule = HandlerModule(handler.value).missing(in: project)
        }
        strays = Self.strays(project, display)
    }

    /// Looks at a site as it was published.
    init(of site: PublishedSite) {
        host = site.hostKind
        webConfig = site.config
        isLocal = true
        if host == .iisFastCGI, let handler = webConfig?.appSetting("WSGI_HANDLER") {
            missingModule = HandlerModule(handler.value).missing(below: site.root)
        }
    }

    /// What was found under one of `ids`, errors included.
    func diagnostics(_ ids: Set<String>) -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return diagnostics.filter { ids.contains($0.id) && seen.insert($0).inserted }
    }

    /// The words of the command that runs the site.
    private static func words(_ configuration: SiteConfiguration, _ config: WebConfig?) -> [String]? {
        switch configuration.debugging?.startCommand {
        case .arguments(let words)?: return words
        case .shell(let line)?: return ShellWords.split(line)
        case nil: break
        }
        guard configuration.host == .iisHTTPPlatform, let command = config?.platformCommand else {
            return nil
        }
        let own = command.unwrapped ?? command
        return [own.processPath] + ShellWords.split(own.arguments)
    }

    private static func strays(
        _ project: Project, _ display: (FilePath) -> String
    ) -> [(source: String, destination: String)] {
        project.files.compactMap { file in
            guard file.destination.name.lowercased().hasSuffix(".py"),
                file.destination.components.first != "ptvsd"
            else { return nil }
            var relative = file.source
            let isBelow = relative.removePrefix(project.home)
            guard !isBelow || relative.string.lowercased() != file.destination.description.lowercased() else {
                return nil
            }
            return (display(file.source), file.destination.description)
        }
    }
}
