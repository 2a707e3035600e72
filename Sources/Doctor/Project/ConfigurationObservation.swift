import Diagnostics
import Files
import Projects
import SystemPackage
import WebConfiguration
import XMLDocumentTransform

/// What a Debug publish would make of the project now: computed, not written.
package struct ConfigurationObservation: Sendable {
    let subject: ProjectSubject
    let project: Project
    /// The configuration, or why there can be none.
    let configuration: Result<SiteConfiguration, Failure>
    /// What was found on the way to it.
    let diagnostics: [Diagnostic]
    /// The site's `web.config` after all transforms; nil without one.
    let webConfig: WebConfig?
    /// How gunicorn is started; nil when something else runs the site.
    let gunicorn: GunicornSettings?

    /// Computes the configuration.
    init(of project: Project, subject: ProjectSubject) {
        self.subject = subject
        self.project = project
        var list = DiagnosticList()
        let configuration = Result { () throws(Failure) in
            try SiteConfigurator(project: project, request: subject.request).configuration(diagnostics: &list)
        }
        self.configuration = configuration
        diagnostics = list.all
        let made = try? configuration.get()
        let root = made?.files.first { $0.path.description.lowercased() == "web.config" }
        webConfig = root.flatMap { try? WebConfig(parsing: $0.bytes, file: $0.path.description) }
        gunicorn = Self.words(made, webConfig).flatMap {
            GunicornSettings(command: $0, environment: subject.environment) { name in
                try? FileContents.text(project.home.appending(FilePath(name).components))
            }
        }
    }

    /// What was found under one of `ids`, errors included.
    func diagnostics(_ ids: Set<String>) -> [Diagnostic] {
        var errors: [Diagnostic] = []
        if case .failure(let failure) = configuration { errors = failure.diagnostics }
        var seen: Set<Diagnostic> = []
        return (diagnostics + errors).filter { ids.contains($0.id) && seen.insert($0).inserted }
    }

    /// The errors of a publish.
    var errors: [Diagnostic] {
        guard case .failure(let failure) = configuration else { return [] }
        return failure.diagnostics.filter { $0.severity == .error }
    }

    /// What runs the site; nil when nothing could be computed.
    var host: HostKind? { try? configuration.get().host }

    /// The words of the command that runs the site.
    private static func words(_ configuration: SiteConfiguration?, _ config: WebConfig?) -> [String]? {
        switch configuration?.debugging?.startCommand {
        case .arguments(let words)?: return words
        case .shell(let line)?: return ShellWords.split(line)
        case nil: break
        }
        guard configuration?.host == .iisHTTPPlatform, let command = config?.platformCommand else {
            return nil
        }
        let own = command.unwrapped ?? command
        return [own.processPath] + ShellWords.split(own.arguments)
    }
}
