/// A proxy that is asked to connect to a site: of HTTP (RFC 9110 §9.3.6) or SOCKS 5 (RFC 1928).
package struct Proxy: Hashable, Sendable {
    /// What a proxy speaks.
    package enum Kind: Hashable, Sendable {
        case http
        /// SOCKS 5, where the proxy finds the site's name, and asks for no user.
        case socks
    }

    /// What it speaks.
    package let kind: Kind
    /// The name or address of the proxy.
    package let host: String
    /// Its port.
    package let port: Int
    /// User and password as the scheme `Basic` carries them (RFC 7617 §2), where the URL has some.
    package let credentials: String?
    /// The variable of the environment that names it.
    package let variable: String

    /// Its name in what is shown, without credentials.
    package var place: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Reads a variable's value, `[http://][user[:password]@]host[:port]`, or `socks5h://host[:port]` (`socks5` means the
    /// same here); nil for anything else.
    package init?(_ text: String, in variable: String) {
        self.variable = variable
        var rest = Substring(text)
        if let mark = rest.firstRange(of: "://") {
            switch rest[..<mark.lowerBound].lowercased() {
            case "http": kind = .http
            case "socks5", "socks5h": kind = .socks
            default: return nil
            }
            rest = rest[mark.upperBound...]
        } else {
            kind = .http
        }
        rest = rest.prefix { $0 != "/" }
        if let at = rest.lastIndex(of: "@") {
            guard kind == .http, let login = URLText.bytes(unescaping: rest[..<at]) else { return nil }
            let colon = UInt8(ascii: ":")
            credentials = Base64.text(login.contains(colon) ? login : login + [colon])
            rest = rest[at...].dropFirst()
        } else {
            credentials = nil
        }
        var digits: Substring
        if rest.first == "[" {
            guard let bracket = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[..<bracket].dropFirst())
            digits = rest[bracket...].dropFirst()
        } else {
            host = String(rest.prefix { $0 != ":" })
            digits = rest.dropFirst(host.count)
        }
        guard !host.isEmpty, digits.isEmpty || digits.popFirst() == ":",
            let number = digits.isEmpty ? (kind == .http ? 80 : 1080) : UInt16(digits), number > 0
        else { return nil }
        port = Int(number)
    }

    /// The failure to connect through it.
    package func failure(_ cause: ProxyFailure.Cause) -> ProxyFailure {
        ProxyFailure(cause, of: place, in: variable)
    }
}
