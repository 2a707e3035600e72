import ArgumentParser
import Diagnostics
import Serving
import Sites
import SystemPackage
import WebConfiguration

/// Serves a published site on this machine.
struct Serve: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a published site on this machine the way its host would.",
        discussion: """
            Only what was published is read: the handlers, rewrite rules and processes are those of the published \
            web.config, with the server's paths replaced by this machine's, so that a broken configuration shows \
            here. Publish again and the site is started anew, from a .zip as from a folder. The interpreter has to have \
            the site's packages, and for FastCGI wfastcgi. Ends with Ctrl-C.

            EXAMPLES
              ptvsd-publish serve
              ptvsd-publish serve bin/publish --python .venv/bin/python
              ptvsd-publish serve site.zip --port 9000
              ptvsd-publish serve bin/publish --start-command 'python -m uvicorn main:app --port $PORT'
            """)

    @Argument(
        help: ArgumentHelp(
            "A published folder or .zip; the last destination of the project in the current folder if absent.",
            valueName: "site"), completion: .file())
    var site: String?

    @Option(
        help: ArgumentHelp("The port to listen on; the next free one if it is taken.", valueName: "number"))
    var port = 8000

    @Option(help: ArgumentHelp("The Python on this machine that runs the site.", valueName: "path"))
    var python = "python3"

    @Option(
        help: ArgumentHelp(
            "The host to stand in for: iis-fastcgi, iis-httpplatform or linux. Read from web.config, else linux.",
            valueName: "kind"))
    var host: HostKind?

    @Option(
        help: ArgumentHelp(
            "How the site is started, where the site agent does not know; $PORT is the port to listen on.",
            valueName: "command"))
    var startCommand: String?

    @OptionGroup(title: "Output") var speech: SpeechOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("'\(port)' is not a port") }
    }

    /// What is said when the user ends it.
    var interruption: Diagnostic? { nil }

    func run() async throws {
        let context = Context.process
        let reference = try ServedSite(site, context: context)
        let options = ServeOptions(
            port: port, python: python.contains("/") ? context.absolute(python).string : python, host: host,
            startCommand: startCommand, environment: context.environment)
        let console = speech.console(context)
        try await reference.withFolder { folder, archive in
            try await ServedRun(
                folder: folder, archive: archive, name: reference.name, options: options,
                rememberedCommand: reference.startCommand, attachment: reference.attachment,
                console: console, format: speech.format,
                mark: (try? StateFolder(environment: context.environment)).map {
                    ServingMark(of: reference.path, in: $0)
                }
            ).run()
        }
    }
}
