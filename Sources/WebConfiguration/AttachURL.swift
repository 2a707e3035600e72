/// What a debugger's bridge is given: `wss://<secret>@host/ptvsd`.
///
/// It contains the secret; its description does not.
package struct AttachURL: Sendable, Hashable {
    /// The site; nil while nobody has said which one it will be.
    package var site: SiteURL?
    /// The password, carried as the URL's user name.
    package var secret: Secret

    /// Creates the attach URL of a site.
    package init(site: SiteURL?, secret: Secret) {
        self.site = site
        self.secret = secret
    }

    /// The URL with the secret in it.
    package var revealed: String { text(secret: secret.revealed) }

    /// The URL with three characters of the secret, enough to tell two apart.
    package var masked: String { text(secret: secret.revealed.prefix(3) + "…") }

    /// The URL with a placeholder, for a secret that nobody has.
    package var form: String { text(secret: "<secret>") }

    private func text(secret: some StringProtocol) -> String {
        guard let site else { return "wss://\(secret)@<site>/ptvsd" }
        // The secret must not travel in clear: a site that answers to http answers to https as well, or cannot be
        // debugged from elsewhere (Visual Studio's profiles name Azure sites by http).
        let scheme = site.scheme == "http" && site.isLoopback ? "ws" : "wss"
        return "\(scheme)://\(secret)@\(site.host)\(site.port.map { ":\($0)" } ?? "")\(site.path)/ptvsd"
    }
}

extension AttachURL: CustomStringConvertible {
    /// The masked form.
    package var description: String { masked }
}
