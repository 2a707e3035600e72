import ArgumentParser
import SystemPackage

/// How servers are reached.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Certificates of authorities to trust, in PEM: at Azure besides those of the system, by FTP in place of them. "
                + "SSL_CERT_FILE takes the place of the system's.",
            valueName: "file"), completion: .file(extensions: ["pem", "crt"]))
    var caFile: String?

    @Flag(help: "Send to a server without TLS as well, password and secret in the clear.")
    var insecure = false

    /// The certificates that `curl` is to trust in place of the system's: the option's, else those of `SSL_CERT_FILE`.
    func authorities(_ context: Context) -> FilePath? {
        let variable = context.environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        return (caFile ?? variable).map(context.absolute)
    }
}
