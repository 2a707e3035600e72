import ArgumentParser

/// Which site's endpoint is meant, and how it is reached.
struct AttachOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The attach URL wss://[secret@]host/ptvsd or the site's https address; else those of the last publish.",
            valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "Where the project's site answers; as the last publish said if absent.", valueName: "url"))
    var siteURL: String?

    @Option(
        help: ArgumentHelp(
            "The project: a .pyproj or a folder. Its files are those the debugger shows.", valueName: "path"),
        completion: .file(extensions: ["pyproj"]))
    var project: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The publish profile that was used.", valueName: "name|file"))
    var profile: String?

    @Option(
        help: ArgumentHelp("A file that holds the secret and nothing else.", valueName: "file"),
        completion: .file())
    var secretFile: String?

    @Option(
        help: ArgumentHelp("Certificates of authorities to believe besides the system's.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt"]))
    var caFile: String?

    @Flag(help: "Let the secret travel in clear where the URL says http or ws.")
    var insecure = false

    @Option(
        help: ArgumentHelp(
            "The instance of the site to debug, where there are several (WEBSITE_INSTANCE_ID).",
            valueName: "id"))
    var instance: String?

    @Option(
        help: ArgumentHelp("The process of the site to debug, where there are several.", valueName: "pid"))
    var process: Int?

    @Option(
        help: ArgumentHelp("How long to wait until the site and its debugger are up.", valueName: "seconds"))
    var timeout = Self.standardTimeout

    /// How many seconds are waited where the user says nothing.
    static let standardTimeout = 120

    func validate() throws {
        try SiteOptions.validate(siteURL: siteURL)
        guard (1...86_400).contains(timeout) else {
            throw ValidationError("'--timeout' takes seconds, from 1 on")
        }
        guard (process ?? 1) > 0 else { throw ValidationError("'\(process ?? 0)' is not a process") }
        let digits = "0123456789abcdefABCDEF"
        guard instance?.allSatisfy(digits.contains) != false, instance != "" else {
            throw ValidationError(
                "'\(instance ?? "")' is not the id of an instance: it has hexadecimal digits")
        }
    }
}
