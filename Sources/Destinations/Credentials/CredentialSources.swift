import Diagnostics
import Files
package import Projects
import SystemPackage

/// The places that credentials for a server come from, none of them the command line.
///
/// The first place that knows wins: for the user the address, the variable `PTVSD_PUBLISH_USER`, the profile, netrc;
/// for the password the variable `PTVSD_PUBLISH_PASSWORD`, the profile, netrc. What is then missing is asked for on
/// the terminal.
package struct CredentialSources: Sendable {
    /// The variable that holds the user.
    package static let userVariable = "PTVSD_PUBLISH_USER"
    /// The variable that holds the password.
    package static let passwordVariable = "PTVSD_PUBLISH_PASSWORD"

    private let environment: [String: String]
    private let profileUser: String?
    private let profilePassword: Password?

    /// Takes the places.
    ///
    /// - Parameters:
    ///   - environment: The environment variables; `NETRC` and `HOME` tell where netrc is.
    ///   - profileUser: The user that the profile names.
    ///   - profilePassword: The password that the profile holds.
    package init(
        environment: [String: String], profileUser: String? = nil, profilePassword: Password? = nil
    ) {
        self.environment = environment
        self.profileUser = profileUser
        self.profilePassword = profilePassword
    }

    /// The user as far as it is known without asking.
    ///
    /// - Parameters:
    ///   - host: The server.
    ///   - user: The user that the address names.
    /// - Returns: The user; nil when nothing names one.
    package func user(of host: String, named user: String?) -> String? {
        user ?? environment[Self.userVariable].flatMap(Self.filled) ?? profileUser
            ?? netrc?.entry(for: host, user: nil)?.user
    }

    /// Gathers the credentials for a server.
    ///
    /// - Parameters:
    ///   - host: The server.
    ///   - named: The user that the address names.
    /// - Returns: The credentials.
    /// - Throws: A `Failure` that names the places when something is missing and there is no terminal to ask on, or
    ///   `CancellationError`.
    package func credentials(for host: String, user named: String?) throws -> Credentials {
        let known = user(of: host, named: named)
        let password =
            environment[Self.passwordVariable].flatMap(Self.filled).map(Password.init)
            ?? (known == profileUser || profileUser == nil ? profilePassword : nil)
            ?? netrc?.entry(for: host, user: known)?.password
        if let known, let password { return Credentials(user: known, password: password) }
        if let known, known.lowercased() == "anonymous" {
            return Credentials(user: known, password: Password("anonymous@"))
        }
        guard let terminal = TerminalPrompt() else { throw Self.missing(host, known) }
        let user = try known ?? terminal.ask("User for \(host): ", isHidden: false)
        let asked =
            try password?.revealed ?? terminal.ask("Password of \(user) for \(host): ", isHidden: true)
        return Credentials(user: user, password: Password(asked))
    }

    private var netrc: Netrc? {
        let path = environment["NETRC"].flatMap(Self.filled) ?? environment["HOME"].map { $0 + "/.netrc" }
        guard let path, let text = try? FileContents.text(FilePath(path)) else { return nil }
        return Netrc(text)
    }

    private static func filled(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func missing(_ host: String, _ user: String?) -> Failure {
        let what = user.map { "no password of '\($0)' for '\(host)'" } ?? "no user for '\(host)'"
        return Failure(
            .notAuthorised, id: "credentials-missing", "there is \(what)",
            hint:
                "set \(userVariable) and \(passwordVariable), write a line into ~/.netrc, or run it on a terminal "
                + "to be asked")
    }
}
