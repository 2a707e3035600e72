import ArgumentParser

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
}
