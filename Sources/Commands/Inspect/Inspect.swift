import ArgumentParser
import Diagnostics
import WebConfiguration

/// Shows the hidden configuration of a project and explains it.
struct Inspect: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show the hidden web.debug.config, explained; the secret is masked.",
        discussion: """
            Lists every element that a Debug publish injects, with its line and what it is for, who may read the \
            file, until when the secret holds, and whether the deployed site still has it.

            EXAMPLES
              ptvsd-publish inspect
              ptvsd-publish inspect Samples/FlaskSite --reveal
            """)

    @OptionGroup var project: ProjectOptions

    @Flag(help: "Show the secret.")
    var reveal = false

    @OptionGroup var speech: SpeechOptions

    func run() async throws {
        let context = Context.process
        let inspection = try await Inspection(project, context: context)
        let console = speech.console(context)
        console.report(inspection.diagnostics)
        try console.result(
            speech.format == .json
                ? JSON.text(inspection.object(isRevealed: reveal)) : inspection.text(isRevealed: reveal))
    }
}
