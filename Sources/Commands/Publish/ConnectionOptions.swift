import ArgumentParser
import Destinations
import SystemPackage

/// How servers are reached.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Certificates of authorities to trust besides the system's, in PEM. SSL_CERT_FILE takes the place of the "
                + "system's.",
            valueName: "file"), completion: .file(extensions: ["pem", "crt"]))
    var caFile: String?

    @Flag(help: "Send to a server without TLS as well, password and secret in the clear.")
    var insecure = false

    /// Whose certificates are believed when an FTP server shows one.
    func authorities(_ context: Context) -> FTPAuthorities {
        let variable = context.environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        return FTPAuthorities(
            replacement: variable.map(context.absolute), additional: caFile.map(context.absolute))
    }
}
