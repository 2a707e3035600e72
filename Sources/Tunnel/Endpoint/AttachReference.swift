package import WebConfiguration

/// What a user gives to attach to: `wss://[secret@]host[:port][/path]/ptvsd[?process=PID]`, or a site's `https` address.
package struct AttachReference: Sendable, Hashable {
    /// The address of the site.
    package let site: SiteURL
    /// The password, where the URL carries one.
    package let secret: Secret?
    /// The process, where the URL names one.
    package let process: Int?
    /// Whether the URL says `ws` or `http`: nothing hides the secret on its way.
    package let isPlain: Bool

    /// Reads a URL.
    ///
    /// Nil when it is none of a site, or its secret is not one.
    package init?(_ text: String) {
        guard let mark = text.firstRange(of: "://") else { return nil }
        switch text[..<mark.lowerBound].lowercased() {
        case "wss", "https": isPlain = false
        case "ws", "http": isPlain = true
        default: return nil
        }
        var rest = text[mark.upperBound...].prefix { $0 != "#" }
        let query = rest.firstIndex(of: "?").map { rest[$0...].dropFirst() } ?? ""
        rest = rest.prefix { $0 != "?" }
        let authority = rest.prefix { $0 != "/" }
        if let at = authority.lastIndex(of: "@") {
            // The name or, where that is empty, the password: the endpoint takes either.
            let parts = authority[..<at].split(separator: ":", omittingEmptySubsequences: false)
            guard let word = parts.first(where: { !$0.isEmpty }), let secret = Secret(word) else {
                return nil
            }
            self.secret = secret
            rest = rest[at...].dropFirst()
        } else {
            secret = nil
        }
        while rest.last == "/" { rest.removeLast() }
        if rest.lowercased().hasSuffix("/ptvsd") { rest = rest.dropLast(6) }
        guard let site = SiteURL("\(isPlain ? "http" : "https")://\(rest)") else { return nil }
        self.site = site
        process = query.split(separator: "&").last { $0.hasPrefix("process=") }.flatMap {
            Int($0.dropFirst(8))
        }
    }
}
