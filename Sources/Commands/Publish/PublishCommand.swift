import ArgumentParser
import Diagnostics
import Projects
import Sites
import WebConfiguration

/// Publishes a project.
struct Publish: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract:
            "Publish a project to a folder, a zip, a server or Azure; in Debug with the debug endpoint. The default command.",
        discussion: """
            In Debug the hidden web.debug.config is written anew with a fresh secret, applied to web.config, and the \
            site gets a debug endpoint at /ptvsd. In any other configuration no trace of it is left.

            EXAMPLES
              ptvsd-publish --configuration Debug --site-url https://ptvsdemo.azurewebsites.net
              ptvsd-publish -c Debug --to site.zip --expires 8h
              ptvsd-publish --list
              ptvsd-publish --profile Folder --dry-run
              ptvsd-publish -c Debug --to ftps://user@host/site/wwwroot
              ptvsd-publish -c Debug --to azure:ptvsdemo/staging --enable-web-sockets
            """)

    @OptionGroup var project: ProjectOptions

    @Option(
        help: ArgumentHelp(
            "Where to: a folder, a .zip file, ftp://, ftps:// or azure:SITE[/SLOT]. The profile's, else bin/publish in the project.",
            valueName: "destination"), completion: .file())
    var to: String?

    @OptionGroup(title: "Site") var site: SiteOptions

    @OptionGroup(title: "Debugger") var debugger: DebuggerOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    @OptionGroup(title: "Azure") var azureSite: AzureOptions

    @OptionGroup(title: "Azure") var azure: AzurePublishOptions

    @Flag(
        help:
            "Show what would be done, and write nothing; debugpy is fetched into the cache if it is not there."
    )
    var dryRun = false

    @Flag(help: "Show which files belong to the site, which do not and why, and stop.")
    var list = false

    @Flag(
        help:
            "Delete files at the destination that are not part of the site, whoever put them there; replace any zip."
    )
    var deleteExtra = false

    @Flag(help: "Print the attach URL with its secret even in continuous integration.")
    var reveal = false

    @OptionGroup(title: "Output") var speech: SpeechOptions

    func run() async throws {
        let context = Context.process
        let console = speech.console(context)
        if list {
            let workspace = try Workspace(project, context: context)
            console.report(workspace.diagnostics.all)
            let listing = Listing(workspace.project)
            try console.result(speech.format == .json ? JSON.text(listing) : listing.text)
            return
        }
        var publication = try Publication(
            Workspace(project, context: context, mayLackWebConfig: site.host?.isIIS == true), to: to,
            site: site, debugger: debugger, connection: connection, azureSite: azureSite, azure: azure)
        publication.isDryRun = dryRun
        publication.deletesExtraFiles = publication.deletesExtraFiles || deleteExtra
        publication.showsSecret = reveal || !context.isContinuousIntegration
        var outcome = try await publication.run(
            progress: ProgressBar(speech, context), console: console)
        if speech.quiet { outcome.configuration.advice = [] }
        console.report(outcome.report.diagnostics)
        for file in outcome.report.files where file.action != .keep {
            console.detail("\(file.action.rawValue) \(file.path)" + (file.source.map { " from \($0)" } ?? ""))
        }
        for exclusion in outcome.report.excluded {
            console.detail("left out \(exclusion.source): \(exclusion.reason)")
        }
        try console.result(speech.format == .json ? outcome.report.json : outcome.text)
    }
}

/// What the debug endpoint is made of.
struct DebuggerOptions: ParsableArguments {
    @Flag(help: "Add the debug endpoint whatever the configuration is called.")
    var withDebugger = false

    @Option(
        help: ArgumentHelp(
            "A debugpy wheel to publish, instead of one from the cache or pip.", valueName: "wheel"),
        completion: .file(extensions: ["whl"]))
    var debugpy: String?

    @Option(
        help: ArgumentHelp(
            "The version of debugpy; the default serves Python 3.8 and later.", valueName: "version"))
    var debugpyVersion: String?

    @Option(help: ArgumentHelp("The Python on this machine whose pip fetches debugpy.", valueName: "path"))
    var python = "python3"
}
