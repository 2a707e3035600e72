import ArgumentParser
import Diagnostics
import Files
import SystemPackage
import WebConfiguration

/// How a site is reached.
struct AccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with the secret; without it, PTVSD_SECRET, the URL, or web.debug.config.",
            valueName: "file"), completion: .file())
    var secretFile: String?

    @Option(help: ArgumentHelp("How many seconds an answer may take.", valueName: "seconds"))
    var timeout = 30

    func validate() throws {
        guard (1...3600).contains(timeout) else {
            throw ValidationError("'--timeout \(timeout)' is not a number of seconds from 1 to 3600")
        }
    }

    /// The secret that the user gives beside the URL and the project.
    ///
    /// - Throws: A `Failure` when the file cannot be read, or holds none.
    func secret(_ context: Context) throws -> Secret? {
        guard let secretFile else { return context.environment["PTVSD_SECRET"].flatMap { Secret($0) } }
        guard let secret = Secret(try FileContents.text(context.absolute(secretFile))) else {
            throw Failure(
                .badInput, id: "secret-file", "'\(secretFile)' holds no secret", at: .init(file: secretFile),
                hint: "it is one line, as 'ptvsd-publish inspect --reveal' shows it")
        }
        return secret
    }
}
