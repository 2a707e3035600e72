/// An HTTP proxy that is asked to connect to the site (RFC 9110 §9.3.6).
struct Proxy: Hashable, Sendable {
    /// The name or address of the proxy.
    let host: String
    let port: Int
    /// The value of `Proxy-Authorization`, where the URL carries credentials.
    let authorization: String?

    /// Its name in what is shown, without credentials.
    var place: String { "\(host):\(port)" }

    /// What in the environment is no proxy.
    struct NotUsable: Error, Hashable {
        let variable: String
        /// The value without credentials.
        let value: String
    }

    /// The proxy for a host, as the environment says.
    ///
    /// `HTTPS_PROXY`, else `ALL_PROXY`, for connections of TLS; `http_proxy`, in small letters only, for others, since
    /// its capital form can be set from outside where programs run for a web server. `NO_PROXY` exempts hosts. This
    /// machine needs no proxy to reach itself.
    ///
    /// - Throws: `NotUsable` for a value that is not of the form `http://[user:password@]host[:port]`.
    static func proxy(
        for host: String, port: Int, usesTLS: Bool, environment: [String: String]
    ) throws(NotUsable) -> Proxy? {
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        let exempt = environment["NO_PROXY"] ?? environment["no_proxy"] ?? ""
        guard !isLoopback, !isExempt(host, port, exempt) else { return nil }
        let names = usesTLS ? ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] : ["http_proxy"]
        guard let name = names.first(where: { !(environment[$0] ?? "").isEmpty }),
            let value = environment[name]
        else { return nil }
        guard let proxy = Proxy(value) else {
            let shown = value.lastIndex(of: "@").map { String(value[value.index(after: $0)...]) } ?? value
            throw NotUsable(variable: name, value: shown)
        }
        return proxy
    }

    /// Reads a URL; `http` is assumed when no scheme is given.
    init?(_ text: String) {
        var rest = Substring(text)
        if let mark = rest.firstRange(of: "://") {
            guard rest[..<mark.lowerBound].lowercased() == "http" else { return nil }
            rest = rest[mark.upperBound...]
        }
        rest = rest.prefix { $0 != "/" }
        if let at = rest.lastIndex(of: "@") {
            guard let credentials = Self.decoded(rest[..<at]) else { return nil }
            authorization =
                "Basic "
                + Base64.text(credentials.contains(UInt8(ascii: ":")) ? credentials : credentials + [58])
            rest = rest[at...].dropFirst()
        } else {
            authorization = nil
        }
        var digits: Substring = ""
        if rest.first == "[", let bracket = rest.firstIndex(of: "]") {
            host = String(rest[..<bracket].dropFirst())
            digits = rest[bracket...].dropFirst(2)
        } else {
            host = String(rest.prefix { $0 != ":" })
            digits = rest.dropFirst(host.count + 1)
        }
        guard !host.isEmpty, let number = digits.isEmpty ? 80 : UInt16(digits), number > 0 else { return nil }
        port = Int(number)
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

    /// Percent-encoded text as bytes (RFC 3986 §2.1); nil when it is malformed.
    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
