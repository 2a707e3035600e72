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

    /// What counts in netrc.
    package enum NetrcScope: Sendable {
        /// The server's entries and the entry `default`.
        case all
        /// The server's entries only: credentials for any server are no reason to use none of the other ways in.
        case named
        /// Nothing.
        case none
    }

    /// The user as far as it is known without asking.
    ///
    /// - Parameters:
    ///   - host: The server.
    ///   - user: The user that the address names.
    ///   - scope: What counts in netrc.
    /// - Returns: The user; nil when nothing names one.
    package func user(of host: String, named user: String?, netrc scope: NetrcScope = .all) -> String? {
        user ?? environment[Self.userVariable].flatMap(Self.filled) ?? profileUser
            ?? entry(for: host, user: nil, scope)?.user
    }

    /// User and password as far as they are known without asking.
    ///
    /// - Parameters:
    ///   - host: The server.
    ///   - named: The user that the address names.
    ///   - scope: What counts in netrc.
    /// - Returns: Both; nil unless both are known.
    package func known(for host: String, user named: String?, netrc scope: NetrcScope) -> Credentials? {
        guard let user = user(of: host, named: named, netrc: scope),
            let password = password(of: user, for: host, scope)
        else { return nil }
        return Credentials(user: user, password: password)
    }

    /// Gathers the credentials for a server.
    ///
    /// - Parameters:
    ///   - host: The server.
    ///   - named: The user that the address names.
    ///   - scope: What counts in netrc.
    /// - Returns: The credentials.
    /// - Throws: A `Failure` that names the places when something is missing and there is no terminal to ask on, or
    ///   `CancellationError`.
    package func credentials(
        for host: String, user named: String?, netrc scope: NetrcScope = .all
    ) async throws -> Credentials {
        let known = user(of: host, named: named, netrc: scope)
        let password = password(of: known, for: host, scope)
        if let known, let password { return Credentials(user: known, password: password) }
        if let known, known.lowercased() == "anonymous" {
            return Credentials(user: known, password: Password("anonymous@"))
        }
        guard let terminal = TerminalPrompt(environment: environment) else {
            throw Self.missing(host, known)
        }
        func answer(_ question: String, isHidden: Bool, for user: String?) async throws -> String {
            guard let text = try await terminal.ask(question, isHidden: isHidden), !text.isEmpty else {
                throw Self.missing(host, user, wasAsked: true)
            }
            return text
        }
        let user =
            if let known { known } else {
                try await answer("User for \(host): ", isHidden: false, for: nil)
            }
        let asked =
            if let password { password } else {
                Password(try await answer("Password of \(user) for \(host): ", isHidden: true, for: user))
            }
        return Credentials(user: user, password: asked)
    }

    /// Whether somebody sits at a terminal who can be asked.
    package var canAsk: Bool { TerminalPrompt(environment: environment) != nil }

    private func password(of user: String?, for host: String, _ scope: NetrcScope) -> Password? {
        environment[Self.passwordVariable].flatMap(Self.filled).map(Password.init)
            ?? (user == profileUser || profileUser == nil ? profilePassword : nil)
            ?? entry(for: host, user: user, scope)?.password
    }

    private func entry(for host: String, user: String?, _ scope: NetrcScope) -> Netrc.Entry? {
        let path = environment["NETRC"].flatMap(Self.filled) ?? environment["HOME"].map { $0 + "/.netrc" }
        guard scope != .none, let path, let text = try? FileContents.text(FilePath(path)) else { return nil }
        return Netrc(text).entry(for: host, user: user, isDefaultTaken: scope == .all)
    }

    private static func filled(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func missing(_ host: String, _ user: String?, wasAsked: Bool = false) -> Failure {
        let what = user.map { "no password of '\($0)' for '\(host)'" } ?? "no user for '\(host)'"
        return Failure(
            .notAuthorised, id: "credentials-missing", wasAsked ? "\(what) was given" : "there is \(what)",
            hint:
                "set \(userVariable) and \(passwordVariable), or write a line into ~/.netrc"
                + (wasAsked ? "" : ", or run it on a terminal to be asked"))
    }
}
