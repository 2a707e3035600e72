/// Which proxy a connection takes, as the environment says.
package struct ProxyVariables: Sendable {
    private let environment: [String: String]

    /// Reads an environment.
    package init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// What a proxy carries.
    package enum Traffic: Sendable {
        case https
        case http
        case ftp
        case ftps

        /// The variables that can name its proxy, the first that is set before the others.
        fileprivate var names: [String] {
            switch self {
            case .https: ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
            // Not the capital form, which can be set from outside where programs run for a web server.
            case .http: ["http_proxy", "ALL_PROXY", "all_proxy"]
            // The order of curl.
            case .ftp: ["ftp_proxy", "FTP_PROXY", "all_proxy", "ALL_PROXY"]
            case .ftps: ["ftps_proxy", "FTPS_PROXY", "all_proxy", "ALL_PROXY"]
            }
        }
    }

    /// The proxy for a host; nil where none is needed.
    ///
    /// - Throws: A `ProxyFailure` for a value that `Proxy` does not read.
    package func proxy(
        for traffic: Traffic, to host: String, port: Int
    ) throws(ProxyFailure) -> Proxy? {
        guard let (name, value) = variable(for: traffic, to: host, port: port) else { return nil }
        guard let proxy = Proxy(value, in: name) else {
            throw ProxyFailure(.notUsable, of: Self.withoutCredentials(value), in: name)
        }
        return proxy
    }

    /// The variable that names the proxy for a host, and its value; nil where none is needed.
    ///
    /// `NO_PROXY` exempts hosts, and this machine needs no proxy to reach itself.
    package func variable(for traffic: Traffic, to host: String, port: Int) -> (name: String, value: String)?
    {
        let host = host.lowercased().filter { $0 != "[" && $0 != "]" }
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        let exempt = environment["NO_PROXY"] ?? environment["no_proxy"] ?? ""
        guard !isLoopback, !Self.isExempt(host, port, exempt) else { return nil }
        for name in traffic.names {
            if let value = environment[name], !value.isEmpty { return (name, value) }
        }
        return nil
    }

    /// A variable's value as it may be shown.
    package static func withoutCredentials(_ value: String) -> String {
        value.lastIndex(of: "@").map { String(value[value.index(after: $0)...]) } ?? value
    }

    /// Whether a list such as `localhost, .example.com, 10.0.0.1:8443, *` names the host.
    private static func isExempt(_ host: String, _ port: Int, _ list: String) -> Bool {
        list.split { $0 == "," || $0.isWhitespace }.contains { entry in
            var entry = entry.lowercased()
            if entry == "*" { return true }
            if entry.hasSuffix(":\(port)"), !host.contains(":") { entry.removeLast("\(port)".count + 1) }
            let suffix = entry.drop { $0 == "*" || $0 == "." }
            return host == suffix || (!suffix.isEmpty && host.hasSuffix("." + suffix))
        }
    }
}
