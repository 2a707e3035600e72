import ArgumentParser
import Sites
import WebConfiguration

/// Replaces the secret.
struct Rotate: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace the secret, in web.debug.config and at the destination.",
        discussion: """
            Only what holds the secret is changed and sent: web.config and ptvsd/settings.json as they were published. \
            The destination is that of the last publish with a debug endpoint. Debug sessions with the old secret end.

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

    @Option(help: ArgumentHelp("How long the secret holds: 30m, 8h, 7d or never.", valueName: "time"))
    var expires = Lifetime.standard

    @Option(
        help: ArgumentHelp("Where the site answers; that of the last publish if absent.", valueName: "url"))
    var siteURL: String?

    @Flag(help: "Print the attach URL with its secret even in continuous integration.")
    var reveal = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    @OptionGroup(title: "Azure") var azure: AzureOptions

    @OptionGroup(title: "Output") var speech: SpeechOptions

    func validate() throws {
        try SiteOptions.validate(siteURL: siteURL)
        guard !local || to == nil else {
            throw ValidationError("'--local' sends nothing, so '--to' has no meaning")
        }
    }

    func run() async throws {
        let context = Context.process
        let console = speech.console(context)
        let hidden = try HiddenConfiguration(project, siteURL: siteURL, context: context)
        let last = hidden.memory.latestDebugging(profile: project.profileName)
        // A profile knows the credentials as well, which are never remembered.
        let reference =
            local
            ? nil
            : try to.map { try DestinationReference($0, context: context) }
                ?? project.profileDestination(context)
                ?? last.map { try DestinationReference($0.destination, context: context) }
        var rotation = Rotation(
            hidden: hidden, lifetime: expires, connection: connection, azure: azure, console: console,
            context: context)
        rotation.showsSecret = reveal || !context.isContinuousIntegration
        let outcome = try await rotation.run(reference)
        console.report(outcome.report?.diagnostics ?? outcome.diagnostics)
        try console.result(speech.format == .json ? outcome.json : outcome.text)
    }
}
