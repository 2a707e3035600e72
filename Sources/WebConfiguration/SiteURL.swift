import Addresses

/// The address of a site: scheme, host, port and the path of the application, as in `https://host:8443/app`.
package struct SiteURL: Sendable, Hashable {
    /// `https` or `http`.
    package let scheme: String
    /// The host in lower case: a name, an IPv4 address or a bracketed IPv6 address.
    package let host: String
    /// The port, if the URL names one that is not the scheme's own.
    package let port: Int?
    /// The application's path without a trailing slash: empty for a site of its own.
    package let path: String

    /// Reads an address; `https` is assumed when no scheme is given.
    ///
    /// The address of the site's debug endpoint counts as that of the site: it is what a browser shows there.
    ///
    /// Nil when it is not an address of a web site: another scheme, user info, an odd host or port.
    package init?(_ text: String) {
        var rest = Substring(text)
        if let mark = rest.firstRange(of: "://") {
            scheme = rest[..<mark.lowerBound].lowercased()
            rest = rest[mark.upperBound...]
        } else {
            scheme = "https"
        }
        guard scheme == "https" || scheme == "http" else { return nil }
        rest = rest.prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        var path = rest[authority.endIndex...]
        while path.last == "/" { path.removeLast() }
        if path.hasSuffix("/ptvsd") { path.removeLast("/ptvsd".count) }
        while path.last == "/" { path.removeLast() }

        let hostEnd: Substring.Index
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            hostEnd = authority.index(after: bracket)
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
        }
        host = authority[..<hostEnd].lowercased()
        let digits = authority[hostEnd...].dropFirst()
        guard Self.isHost(host), Self.isPath(path), digits.allSatisfy(\.isWholeNumber),
            hostEnd == authority.endIndex || authority[hostEnd] == ":"
        else { return nil }
        if digits.isEmpty {
            port = nil
        } else {
            guard let number = UInt16(digits), number > 0 else { return nil }
            port = Int(number) == (scheme == "https" ? 443 : 80) ? nil : Int(number)
        }
        self.path = String(path)
    }

    private static func isHost(_ host: String) -> Bool {
        let isAddress = host.hasPrefix("[")
        let allowed = isAddress ? "0123456789abcdef:.[]%" : "abcdefghijklmnopqrstuvwxyz0123456789-._"
        return host.count > (isAddress ? 3 : 0) && host.allSatisfy(allowed.contains) && !host.hasPrefix(".")
    }

    private static func isPath(_ path: Substring) -> Bool {
        path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}@".utf8.contains($0) }
    }

    /// Whether it is on this machine, where nobody listens in.
    package var isLoopback: Bool {
        host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
    }

    /// Whether it is a site of Azure App Service, by its domain.
    package var isAzure: Bool { AzureHosts.contain(host) }
}

extension SiteURL: CustomStringConvertible {
    /// The address as text, without a trailing slash.
    package var description: String {
        "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")\(path)"
    }
}
