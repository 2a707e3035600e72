package import Diagnostics

/// Why a connection through a proxy does not come about.
package struct ProxyFailure: Error, Hashable, Sendable {
    /// What can be in the way.
    package enum Cause: Hashable, Sendable {
        /// What the variable holds is no proxy that can be used.
        case notUsable
        /// The proxy itself cannot be reached; why, as a clause about it.
        case notReached(String)
        /// The proxy wants credentials that it was not given.
        case credentials(Login)
        /// The proxy does not connect to the site; why, as a clause about the proxy, where it said so.
        case refused(String?)

        /// The proxy answered 407.
        package static func credentials(given: Bool) -> Self { .credentials(given ? .wrong : .absent) }

        /// The proxy answered CONNECT with a status that is no success.
        package static func refused(status: Int) -> Self { .refused("it answered \(status)") }
    }

    /// What a proxy has against the credentials.
    package enum Login: Hashable, Sendable {
        /// There are none.
        case absent
        /// They are not the right ones.
        case wrong
        /// The proxy speaks SOCKS, where none are given.
        case ofSOCKS
    }

    /// What is in the way.
    package let cause: Cause
    /// The proxy without credentials.
    package let proxy: String
    /// The variable of the environment that names it.
    package let variable: String

    /// Creates a failure.
    package init(_ cause: Cause, of proxy: String, in variable: String) {
        (self.cause, self.proxy, self.variable) = (cause, proxy, variable)
    }

    /// The failure as every command renders it.
    ///
    /// - Parameter name: What messages call the server behind it, such as `'site.example'`.
    /// - Returns: One error.
    package func failure(connecting name: String) -> Failure {
        Failure(reason, id: id, message(connecting: name), hint: hint)
    }

    /// Why the work stops.
    package var reason: Failure.Reason {
        switch cause {
        case .notUsable: .badInput
        case .credentials: .notAuthorised
        case .notReached, .refused: .unavailable
        }
    }

    /// The stable identifier of the finding.
    package var id: String {
        switch cause {
        case .notUsable: "proxy-not-usable"
        case .notReached: "proxy-not-reached"
        case .credentials: "proxy-credentials"
        case .refused: "proxy-refused"
        }
    }

    /// What is wrong, in one sentence.
    ///
    /// - Parameter name: What it calls the server behind the proxy.
    /// - Returns: The sentence, which holds no credentials.
    package func message(connecting name: String) -> String {
        switch cause {
        case .notUsable: "'\(proxy)' in \(variable) is no proxy that can be used"
        case .notReached(let why): "the proxy '\(proxy)' cannot be reached: \(why)"
        case .credentials(.wrong):
            "the proxy '\(proxy)' does not accept the user and password given (407)"
        case .credentials(.absent): "the proxy '\(proxy)' wants a user and password (407)"
        case .credentials(.ofSOCKS): "the SOCKS proxy '\(proxy)' wants a user and password"
        case .refused(let why):
            "the proxy '\(proxy)' does not connect to \(name)\(why.map { ": \($0)" } ?? "")"
        }
    }

    /// What to do about it.
    package var hint: String {
        switch cause {
        case .notUsable:
            "it has to be of the form http://[user:password@]host:port or socks5h://host:port"
        case .notReached: "check \(variable); NO_PROXY names hosts that need none"
        case .credentials(.ofSOCKS): "only a SOCKS proxy without them can be used, such as 'ssh -D'"
        case .credentials: "write them into \(variable), as in http://<user>:<password>@host:port"
        case .refused:
            "it has to let connections to this host and port through; NO_PROXY names hosts that need none"
        }
    }
}
