extension String {
    /// The text with the user info of every URL in it replaced by `…`, because that is where secrets stand.
    ///
    /// The user name of an `ftp` or `ftps` address is no secret and stays; a password behind it does not. What only
    /// stands for a secret, such as `<secret>`, stays as well. One slash is enough, as in a URL that was taken for a
    /// path.
    public var withoutUserInfo: String {
        var result = ""
        var rest = self[...]
        while let colon = rest.firstIndex(of: ":") {
            let scheme = rest[..<colon].reversed().prefix { $0.isASCII && $0.isLetter }
            result += rest[...colon]
            rest = rest[colon...].dropFirst()
            let slashes = rest.prefix { $0 == "/" }
            guard scheme.count > 1, !slashes.isEmpty else { continue }
            result += slashes
            rest = rest[slashes.endIndex...]
            guard let at = Self.endOfUserInfo(in: rest) else { continue }
            result += Self.masked(
                rest[..<at], isLogin: ["ptf", "sptf"].contains(String(scheme).lowercased()))
            rest = rest[at...]
        }
        return result + rest
    }

    /// The same where the text is one address and nothing else, as a user gave it.
    ///
    /// Of an address alone, nothing before its last `@` is shown: a password may hold a slash or a quote.
    public var addressWithoutUserInfo: String {
        guard let at = lastIndex(of: "@") else { return self }
        let start = firstRange(of: "://").map(\.upperBound).flatMap { $0 <= at ? $0 : nil } ?? startIndex
        let isLogin = ["ftp://", "ftps://", "ftpes://"].contains(self[..<start].lowercased())
        return self[..<start] + Self.masked(self[start..<at], isLogin: isLogin) + self[at...]
    }

    /// Where the `@` stands that ends the user info of an address whose authority `text` starts with.
    private static func endOfUserInfo(in text: Substring) -> Substring.Index? {
        let authority = text.prefix { !$0.isWhitespace && !"/'\"".contains($0) }
        if let at = authority.lastIndex(of: "@") { return at }
        // What looks like a port may begin a password with a slash or a quote in it.
        guard authority.contains(":") else { return nil }
        return text.prefix { !$0.isWhitespace }.lastIndex(of: "@")
    }

    /// What is shown in place of a user info.
    private static func masked(_ userInfo: Substring, isLogin: Bool) -> String {
        guard let first = userInfo.first, !"<[…".contains(first) else { return String(userInfo) }
        guard isLogin else { return "…" }
        let name = userInfo.prefix { $0 != ":" }
        return name.endIndex == userInfo.endIndex ? String(name) : name + ":…"
    }
}

extension Diagnostic {
    /// The finding without the user info of any URL that it quotes.
    public var withoutUserInfo: Diagnostic {
        var shown = self
        shown.message = message.withoutUserInfo
        shown.hint = hint?.withoutUserInfo
        shown.location?.file = location?.file.withoutUserInfo ?? ""
        return shown
    }
}
