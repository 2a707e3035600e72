import ArgumentParser
import Destinations
import Diagnostics
import WebConfiguration

/// Prints the attach URL.
struct URLCommand: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "url",
        abstract: "Print exactly the attach URL, secret included.",
        discussion: """
            The secret comes from web.debug.config, the site from the option or the last publish. With the variable \
            CI set, the secret is masked unless --reveal is given.

            EXAMPLES
              ptvsd-publish url
              ptvsd-publish url Samples/FlaskSite --site-url https://ptvsdemo.azurewebsites.net
            """)

    @OptionGroup var project: ProjectOptions

    @Option(
        help: ArgumentHelp("Where the site answers; that of the last publish if absent.", valueName: "url"))
    var siteURL: String?

    @Flag(help: "Print the secret even in continuous integration.")
    var reveal = false

    @OptionGroup(title: "Output") var speech: SpeechOptions

    func validate() throws {
        try SiteOptions.validate(siteURL: siteURL)
    }

    func run() async throws {
        let context = Context.process
        let hidden = try HiddenConfiguration(project, siteURL: siteURL, context: context)
        let url = try hidden.attachURL()
        let console = speech.console(context)
        let deployed = await DeployedSecret(
            hidden.lastPublish, is: url.secret, state: hidden.state, display: context.display)
        console.report(hidden.findings(at: context.now()) + [deployed.finding].compactMap(\.self))
        let text = reveal || !context.isContinuousIntegration ? url.revealed : url.masked
        try console.result(
            speech.format == .json
                ? JSON.text(
                    Result(
                        attachURL: text, siteURL: url.site?.description, expires: hidden.config.expiry?.text))
                : text)
    }

    /// The object of `--format json`.
    private struct Result: Encodable {
        var attachURL: String
        var siteURL: String?
        var expires: String?
    }
}
