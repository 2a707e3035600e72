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
            let authority = rest.prefix { !$0.isWhitespace && !"/'\"".contains($0) }
            guard let at = authority.lastIndex(of: "@") else { continue }
            result += Self.masked(
                rest[..<at], isLogin: ["ptf", "sptf"].contains(String(scheme).lowercased()))
            rest = rest[at...]
        }
        return result + rest
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
