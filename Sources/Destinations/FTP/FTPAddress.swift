import Addresses
package import Diagnostics

/// Where a site stands on an FTP server, as in `ftps://user@host:990/site/wwwroot`; never with a password.
///
/// `ftp` and `ftpes` ask for TLS on the usual port (explicit TLS, RFC 4217), `ftps` speaks TLS from the first byte
/// on port 990 (implicit TLS), unless it names port 21, where servers expect explicit TLS. A path is relative to the
/// folder that the server shows after the login; one that begins with `//` is absolute.
package struct FTPAddress: Sendable, Hashable {
    /// `ftp`, `ftpes` or `ftps`.
    package let scheme: String
    /// The host in lower case: a name, an IPv4 address or a bracketed IPv6 address.
    package let host: String
    /// The port.
    package let port: Int
    /// The user to log in as, where the address names one.
    package var user: String?
    /// The folder's components.
    package private(set) var folders: [String]
    /// Whether the path starts at the server's root.
    package private(set) var isAbsolute: Bool

    /// Reads an address; `ftp` is assumed when no scheme is given.
    ///
    /// - Throws: A `Failure` that says what is wrong with it.
    package init(_ text: String) throws(Failure) {
        var rest = text[...]
        var scheme = "ftp"
        if let mark = rest.firstRange(of: "://") {
            scheme = rest[..<mark.lowerBound].lowercased()
            rest = rest[mark.upperBound...]
        }
        let authority = rest.prefix { $0 != "/" }
        // A password may hold a slash, so that its end is no part of what looks like the authority.
        if let mark = rest.lastIndex(of: "@"), rest[..<mark].contains(":") { throw Self.withPassword }
        var place = authority
        var user: String?
        if let mark = authority.lastIndex(of: "@") {
            let information = authority[..<mark]
            user = try Self.decoded(String(information), of: text)
            place = authority[authority.index(after: mark)...]
        }
        var hostEnd = place.lastIndex(of: ":") ?? place.endIndex
        if place.first == "[" {
            guard let bracket = place.firstIndex(of: "]") else { throw Self.invalid(text) }
            hostEnd = place.index(after: bracket)
        }
        let port = place[hostEnd...]
        let host = place[..<hostEnd].lowercased()
        guard ["ftp", "ftps", "ftpes"].contains(scheme), Self.isHost(host), port.isEmpty || port.first == ":",
            let number = port.isEmpty
                ? (scheme == "ftps" ? 990 : 21) : UInt16(port.dropFirst()).map(Int.init),
            number > 0
        else { throw Self.invalid(text) }
        self.scheme = scheme
        self.host = host
        self.port = number
        self.user = user.flatMap { $0.isEmpty ? nil : $0 }
        let path = rest[authority.endIndex...].dropFirst()
        isAbsolute = path.hasPrefix("/") || path.lowercased().hasPrefix("%2f")
        folders = []
        try append(path: try Self.decoded(String(path), of: text))
    }

    /// Whether TLS begins with the first byte.
    package var isImplicit: Bool { scheme == "ftps" && port != 21 }

    /// Whether it is on this machine, where nobody listens in.
    package var isLoopback: Bool { host == "localhost" || host == "[::1]" || host.hasPrefix("127.") }

    /// Goes on into folders below, such as those of a profile's `FtpSitePath`.
    ///
    /// - Throws: A `Failure` when the path leads up, or a name in it cannot be sent.
    package mutating func append(path: String) throws(Failure) {
        for name in path.split(whereSeparator: { $0 == "/" || $0 == "\\" }) where name != "." {
            guard name != "..", FTPPath.isSendable(name) else { throw Self.invalid(path) }
            folders.append(String(name))
        }
    }

    /// The address as a user would write it.
    package var text: String {
        let name = user.map { "\(URLText.escaped($0, keeping: "$\\"))@" } ?? ""
        let usual = scheme == "ftps" ? 990 : 21
        let path = folders.map { "/\(URLText.escaped($0, keeping: "$"))" }.joined()
        return "\(scheme)://\(name)\(host)\(port == usual ? "" : ":\(port)")\(isAbsolute ? "/" : "")\(path)"
    }

    private static func decoded(_ text: String, of whole: String) throws(Failure) -> String {
        guard let decoded = URLText.unescaped(text), FTPPath.isSendable(decoded) else { throw invalid(whole) }
        return decoded
    }

    private static func isHost(_ host: String) -> Bool {
        host.first == "["
            ? host.count > 3 && host.dropFirst().dropLast().allSatisfy("0123456789abcdef:.%".contains)
            : !host.isEmpty && host.first != "-"
                && host.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
    }

    private static func invalid(_ text: String) -> Failure {
        Failure(
            .badInput, id: "address-invalid",
            "'\(text.addressWithoutUserInfo)' is not the address of a folder on an FTP server",
            hint: "such as ftps://user@host/site/wwwroot")
    }

    /// The failure that does not repeat the address, which holds the password.
    private static var withPassword: Failure {
        Failure(
            .badInput, id: "address-with-password", "the address of the FTP server holds a password",
            hint:
                "leave it out of the address, where other users of this machine see it, and put it into the "
                + "variable PTVSD_PUBLISH_PASSWORD or into ~/.netrc; in the name of a folder, '@' is written '%40'"
        )
    }
}
