package import Azure
import Projects

/// The credentials of an SCM site come from where those of an FTP server do.
package struct SCMCredentials: BasicCredentialSource {
    private let sources: CredentialSources
    private let narrate: @Sendable (String) -> Void

    /// Takes the places.
    ///
    /// - Parameters:
    ///   - sources: The places.
    ///   - narrate: Is told why the user is asked.
    package init(_ sources: CredentialSources, narrate: @escaping @Sendable (String) -> Void) {
        (self.sources, self.narrate) = (sources, narrate)
    }

    package func known(for host: String?) -> BasicCredentials? {
        sources.known(for: Self.machine(host ?? ""), user: nil, netrc: host == nil ? .none : .named)
            .map(BasicCredentials.init)
    }

    package func asked(for host: String, since reason: String) async throws -> BasicCredentials? {
        guard sources.canAsk else { return nil }
        narrate(reason)
        return BasicCredentials(
            try await sources.credentials(for: Self.machine(host), user: nil, netrc: .named))
    }

    /// The host without its port, which netrc does not know.
    private static func machine(_ host: String) -> String { String(host.prefix { $0 != ":" }) }
}

extension BasicCredentials {
    fileprivate init(_ credentials: Credentials) {
        self.init(user: credentials.user, password: credentials.password.revealed)
    }
}
