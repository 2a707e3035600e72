package import Addresses
package import Diagnostics

/// The proxy through which `curl` reaches an FTP server, as far as messages need it: `curl` reads the environment
/// itself, and knows more kinds of proxies.
package struct FTPProxy: Sendable, Equatable {
    /// Its name in what is shown, without credentials.
    let place: String
    /// The variable of the environment that names it.
    let variable: String
    /// Whether it is given user and password.
    let hasCredentials: Bool

    /// The kinds that `curl` knows.
    private static let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

    /// Finds the proxy on the way to an address; nil where none is needed.
    ///
    /// - Throws: A `Failure` when the environment names one of a kind that `curl` does not know.
    package init?(on wayTo: FTPAddress, _ variables: ProxyVariables) throws(Failure) {
        let traffic = wayTo.isImplicit ? ProxyVariables.Traffic.ftps : .ftp
        guard let (name, value) = variables.variable(for: traffic, to: wayTo.host, port: wayTo.port) else {
            return nil
        }
        if let mark = value.firstRange(of: "://"),
            !Self.schemes.contains(value[..<mark.lowerBound].lowercased())
        {
            throw ProxyFailure(.notUsable, of: ProxyVariables.withoutCredentials(value), in: name)
                .failure(connecting: "'\(wayTo.host)'")
        }
        place = Proxy(value, in: name)?.place ?? ProxyVariables.withoutCredentials(value)
        variable = name
        hasCredentials = value.contains("@")
    }

    /// What an end of `curl` says of the proxy; nil when it is about the server.
    func failure(_ outcome: CurlOperation.Outcome) -> ProxyFailure? {
        cause(outcome).map { ProxyFailure($0, of: place, in: variable) }
    }

    private func cause(_ outcome: CurlOperation.Outcome) -> ProxyFailure.Cause? {
        switch outcome.code {
        case 5: .notReached("its name cannot be found")
        // The server is the proxy's matter.
        case 7: .notReached("it does not accept connections")
        case 97: .refused(nil)
        case _ where outcome.connect == 407: .credentials(given: hasCredentials)
        case _ where outcome.connect >= 300: .refused(status: outcome.connect)
        default: nil
        }
    }
}
