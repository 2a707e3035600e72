import ArgumentParser
import Diagnostics

/// How a command speaks; every command has these options.
struct SpeechOptions: ParsableArguments {
    /// The form of the result.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        /// For people.
        case text
        /// For programs: one object.
        case json
    }

    @Option(help: ArgumentHelp("The form of the result: text or json.", valueName: "form"))
    var format = Format.text

    @Flag(name: .shortAndLong, help: "Print errors and the result only.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Print what is done in detail.")
    var verbose = false

    /// Where the command's words go.
    func console(_ context: Context) -> Console {
        Console(
            verbosity: quiet ? .quiet : verbose ? .verbose : .normal,
            usesColour: context.isErrorTerminal && (context.environment["NO_COLOR"] ?? "").isEmpty)
    }
}

/// A command that speaks as its options say, also when it fails.
protocol SpeakingCommand: AsyncParsableCommand, Sendable {
    /// How it speaks.
    var speech: SpeechOptions { get }
    /// What is said when the user interrupts it; nil for nothing.
    var interruption: Diagnostic? { get }
}

extension SpeakingCommand {
    var interruption: Diagnostic? {
        .error(
            "interrupted", "interrupted; each file is as it was or as it was to become",
            hint: "run it again to finish")
    }
}
