import Addresses
import Projects
import SystemPackage

/// How `curl` reaches a server: written as a configuration for its standard input, so that no credentials stand among
/// its arguments.
struct CurlConfiguration {
    /// How the connection is encrypted.
    enum Encryption: Equatable {
        /// From the first byte on.
        case implicit
        /// Asked for before the login, and required.
        case explicit
        /// Not at all.
        case none
    }

    /// How folders are listed.
    enum Listing: Equatable {
        /// As a program reads it (RFC 3659 7).
        case machine
        /// As a person reads it, hidden files too.
        case human
    }

    let address: FTPAddress
    var credentials: Credentials
    var encryption: Encryption
    var connection: FTPConnectionOptions
    /// Whose certificates are believed; nil for those that `curl` was built to believe.
    var authorities: FTPAuthorities.Told?
    var listing = Listing.machine
    /// Whether TLS 1.3 is left aside.
    ///
    /// Many servers demand that each data connection resumes the session of the control connection, so that nobody
    /// steals it. With TLS 1.3 curl resumes what came last, which they refuse from the second file on.
    var avoidsNewestTLS = true

    /// The configuration for some operations, done in order over one connection.
    ///
    /// - Parameters:
    ///   - operations: The operations.
    ///   - stopsAtFailure: Whether the first that fails is the last.
    /// - Returns: The text, which holds the password.
    func text(for operations: [CurlOperation], stopsAtFailure: Bool) -> String {
        var text = stopsAtFailure ? "fail-early\n" : ""
        for (index, operation) in operations.enumerated() {
            // Everything else is forgotten at each `next`; only the connection is kept.
            if index > 0 { text += "next\n" }
            text += common
            text += Self.line("write-out", CurlOperation.Outcome.format(index), escaping: false)
            if index == 0 { text += Self.line("quote", "*OPTS UTF8 ON") }
            for command in operation.commands { text += Self.line("quote", command) }
            text += Self.line("url", url(operation.path))
            switch operation.transfer {
            case .list(let file):
                text += Self.line("request", listing == .machine ? "MLSD" : "LIST -a")
                text += Self.line("output", file.string)
                // Servers take a blank in the path of LIST for the end of an option.
                if listing == .human { text += Self.line("ftp-method", "singlecwd") }
            case .download(let file): text += Self.line("output", file.string)
            case .upload(let file, let resumes):
                text += Self.line("upload-file", file.string)
                if resumes { text += Self.line("continue-at", "-") }
            case .nothing:
                text += "head\n"
            }
        }
        return text
    }

    private var common: String {
        var text = Self.line("user", "\(credentials.user):\(credentials.password.revealed)")
        text += "globoff\nproxytunnel\ntlsv1.2\n"
        text += Self.line("ftp-method", "nocwd")
        text += "connect-timeout = 30\nspeed-limit = 1\nspeed-time = 90\n"
        if encryption != .none { text += "ssl-reqd\n" }
        if encryption != .none, avoidsNewestTLS { text += "tls-max = 1.2\n" }
        if let authorities { text += Self.line("cacert", authorities.file.string) }
        if let folder = authorities?.folder { text += Self.line("capath", folder.string) }
        // The environment names hosts without a proxy in more ways than curl knows.
        if connection.proxy == nil { text += Self.line("noproxy", "*") }
        if !connection.isPassive { text += Self.line("ftp-port", "-") }
        return text
    }

    /// The URL of a path on the server: relative to the folder after the login, or from the root with `%2F`.
    private func url(_ path: String) -> String {
        let scheme = encryption == .implicit ? "ftps" : "ftp"
        let start = path.hasPrefix("/") ? "%2F" : ""
        let rest = path.hasPrefix("/") ? path.dropFirst() : path[...]
        return "\(scheme)://\(address.host):\(address.port)/\(start)\(URLText.escaped(rest, keeping: "/"))"
    }

    /// A line `option = "value"`.
    static func line(_ option: String, _ value: String, escaping: Bool = true) -> String {
        "\(option) = \"\(escaping ? escaped(value) : value)\"\n"
    }

    /// A value as it stands in double quotes (curl's manual, `--config`).
    static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            .replacing("\r", with: "\\r").replacing("\t", with: "\\t").replacing("\u{0B}", with: "\\v")
    }
}
