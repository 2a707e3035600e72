import ArgumentParser
import Diagnostics
import Files
import Projects
import SystemPackage
import WebConfiguration

/// Writes a `web.config` for a project that has none.
struct Initialize: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a web.config for an IIS host and the project's framework.",
        discussion: """
            A file that is there already is left alone, unless init itself wrote it and its marker comment stands. \
            A site on Linux needs no web.config.

            EXAMPLES
              ptvsd-publish init --host iis-fastcgi --site-python 'C:\\Python311\\python.exe' \\
                  --site-root 'C:\\inetpub\\wwwroot\\demo'
              ptvsd-publish init --host iis-httpplatform --site-url https://ptvsdemo.azurewebsites.net \\
                  --site-python 'D:\\home\\python3810x64\\python.exe'
            """)

    @OptionGroup var project: ProjectOptions

    @Option(help: ArgumentHelp("What runs the site: iis-fastcgi or iis-httpplatform.", valueName: "kind"))
    var host: HostKind

    @Option(help: ArgumentHelp("Where the site answers; Azure's tells its folder.", valueName: "url"))
    var siteURL: String?

    @Option(help: ArgumentHelp("The Python on the server.", valueName: "path"))
    var sitePython: String?

    @Option(help: ArgumentHelp("The site's folder on the server.", valueName: "path"))
    var siteRoot: String?

    @Flag(help: "Print the file instead of writing it.")
    var print = false

    @OptionGroup(title: "Output") var speech: SpeechOptions

    func validate() throws {
        try SiteOptions.validate(siteURL: siteURL)
        guard !print || speech.format == .text else {
            throw ValidationError("'--print' prints the file itself, which is no JSON")
        }
        guard host.isIIS else {
            throw ValidationError(
                "a site on Linux needs no web.config; '--host' is iis-fastcgi or iis-httpplatform")
        }
    }

    func run() async throws {
        let context = Context.process
        let console = speech.console(context)
        let workspace = try Workspace(project, context: context, mayLackWebConfig: true)
        var paths = ServerPaths(root: siteRoot, interpreter: sitePython)
        if siteURL.flatMap(SiteURL.init)?.isAzure == true { paths.root = paths.root ?? ServerPaths.azureRoot }
        let text = try WebConfigTemplate(project: workspace.project, paths: paths).text(for: host)
        console.report(workspace.diagnostics.all)
        guard !print else {
            try console.result(text)
            return
        }
        let file = try WebConfigTemplate.writableFile(in: workspace.project.home, name: context.display)
        try FileReplacement.write(Array(text.utf8), to: file)
        try console.result(
            speech.format == .json
                ? JSON.text(Result(file: context.display(file), host: host.rawValue))
                : "\(context.display(file))   \(host.title), \(workspace.project.framework.rawValue)")
        if workspace.project.file != nil, !workspace.project.files.contains(where: { $0.source == file }) {
            console.report([
                .note(
                    "web-config-no-item",
                    "'\(context.display(file))' is published although it is no item of the project",
                    hint: "add it to the project as Content, so that Visual Studio publishes it as well")
            ])
        }
    }

    /// The object of `--format json`.
    private struct Result: Encodable {
        var file: String
        var host: String
    }
}
