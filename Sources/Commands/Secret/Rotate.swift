import ArgumentParser
import Configuration
import Diagnostics
import Sites

/// Replaces the secret.
struct Rotate: SpeakingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replace the secret, in web.debug.config and at the destination.",
        discussion: """
            Only the configuration files are sent: web.config and ptvsd/settings.json. The destination is that of \
            the last publish in Debug; a zip is written whole. Debug sessions with the old secret end.

            EXAMPLES
              ptvsd-publish rotate
              ptvsd-publish rotate --expires 8h
              ptvsd-publish rotate --local
            """)

    @OptionGroup var project: ProjectOptions

    @Option(
        help: ArgumentHelp(
            "Where the site was published to; the last destination if absent.", valueName: "destination"),
        completion: .file())
    var to: String?

    @Flag(help: "Change web.debug.config only, and send nothing.")
    var local = false

    @OptionGroup(title: "Site") var site: SiteOptions

    @OptionGroup(title: "Debugger") var debugger: DebuggerOptions

    @Flag(help: "Print the attach URL with its secret even in continuous integration.")
    var reveal = false

    @OptionGroup(title: "Output") var speech: SpeechOptions

    func validate() throws {
        guard !local || to == nil else {
            throw ValidationError("'--local' sends nothing, so '--to' has no meaning")
        }
    }

    func run() async throws {
        let context = Context.process
        let console = speech.console(context)
        let showsSecret = reveal || !context.isContinuousIntegration
        var project = project
        project.configuration = project.configuration ?? "Debug"
        let workspace = try Workspace(project, context: context)
        let last = workspace.memory.latestDebugging(profile: project.profile)
        guard !local, let destination = to ?? last?.destination else {
            let rotation = try await LocalRotation(project, site: site, context: context)
            console.report(rotation.diagnostics)
            console.result(rotation.report(showsSecret: showsSecret, as: speech.format))
            return
        }
        var site = site
        site.host = site.host ?? last.flatMap { HostKind(rawValue: $0.host) }
        site.startCommand = site.startCommand ?? last?.startCommand
        var debugger = debugger
        debugger.withDebugger = true
        var publication = try Publication(workspace, to: destination, site: site, debugger: debugger)
        publication.scope = .configuration(buildID: last?.buildID)
        publication.showsSecret = showsSecret
        let outcome = try await publication.run(progress: ProgressBar(speech, context))
        console.report(outcome.report.diagnostics)
        console.result(speech.format == .json ? outcome.report.json : outcome.text)
    }
}
