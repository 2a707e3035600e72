import ArgumentParser
import Diagnostics
import Files
import SystemPackage
import XMLDocumentTransform

/// Applies an XML document transform to a file.
struct Transform: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "transform",
        abstract: "Apply an XML document transform (XDT) to a file.",
        discussion: """
            The language is that of web.config transforms. Bytes that no transform touches come out as they were. \
            Nothing is written when an error is found, unless --save-on-error is given.

            EXAMPLES
              ptvsd-publish transform web.config web.Release.config --output out/web.config
              ptvsd-publish transform web.config web.Release.config > transformed.config
            """)

    @Argument(help: ArgumentHelp("The document to transform.", valueName: "source"), completion: .file())
    var source: String

    @Argument(help: ArgumentHelp("The transform.", valueName: "transform"), completion: .file())
    var transform: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write; standard output if absent.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Write the result even if errors were found, as far as it got.")
    var saveOnError = false

    @OptionGroup var speech: SpeechOptions

    func validate() throws {
        guard speech.format == .text || output != nil else {
            throw ValidationError(
                "'--format json' needs '--output', because both would go to standard output")
        }
    }

    func run() async throws {
        let context = Context.process
        let transform = try DocumentTransform(
            parsing: FileContents.read(context.absolute(transform)), file: transform)
        let outcome = try transform.apply(to: FileContents.read(context.absolute(source)), file: source)
        guard outcome.succeeded || saveOnError else { throw Failure(.badInput, outcome.diagnostics) }
        if let output {
            let path = context.absolute(output)
            try Folder.create(path.removingLastComponent())
            // What comes from a file that only its owner may read is not for others either.
            let inputs = [source, self.transform].compactMap {
                FileKind.permissions(of: context.absolute($0))
            }
            let isPrivate = inputs.contains { $0.isDisjoint(with: [.groupRead, .otherRead]) }
            if FileKind(of: path) == .other {
                try Self.pour(outcome.output, into: path)
            } else {
                try FileReplacement.write(outcome.output, to: path, mode: isPrivate ? .ownerReadWrite : nil)
            }
        } else {
            try Console.result(outcome.output)
        }
        guard outcome.succeeded else { throw Failure(.badInput, outcome.diagnostics) }
        let console = speech.console(context)
        console.report(outcome.diagnostics)
        if speech.format == .json {
            try console.result(
                JSON.text(Result(output: output, diagnostics: outcome.diagnostics.map(JSON.Finding.init))))
        }
    }

    /// Writes into a device or a pipe, which cannot be replaced.
    private static func pour(_ bytes: [UInt8], into path: FilePath) throws(Failure) {
        do {
            let file = try FileDescriptor.open(path, .writeOnly)
            _ = try file.closeAfter { try file.writeAll(bytes) }
        } catch {
            throw Failure(
                .failed, id: "file-not-written", "'\(path)' cannot be written: \(error)",
                at: .init(file: path.string), hint: "name a file")
        }
    }

    /// The object of `--format json`.
    private struct Result: Encodable {
        var output: String?
        var diagnostics: [JSON.Finding]
    }
}
