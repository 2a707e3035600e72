/// A user name and password for the SCM site; its description is redacted.
package struct BasicCredentials: Sendable, Hashable {
    /// The user, such as `$site`.
    package var user: String
    /// The password; nil where the profile has none.
    package var password: String?

    /// Creates credentials.
    package init(user: String, password: String?) {
        self.user = user
        self.password = password
    }
}

extension BasicCredentials: CustomStringConvertible, CustomReflectable {
    /// The user, never the password.
    package var description: String { "\(user):<password>" }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Somebody who knows user and password of SCM sites.
package protocol BasicCredentialSource: Sendable {
    /// Tells what is known without asking anybody.
    ///
    /// - Parameter host: The SCM site, perhaps with a port; nil where only Azure Resource Manager can name it, so that
    ///   a token is at hand anyway and counts for more than what is kept for many hosts.
    /// - Returns: User and password; nil unless both are known.
    func known(for host: String?) -> BasicCredentials?

    /// Asks the user.
    ///
    /// - Parameters:
    ///   - host: The SCM site, perhaps with a port.
    ///   - reason: Why he is asked.
    /// - Returns: User and password; nil when nobody can be asked.
    /// - Throws: A `Failure` when there is no answer, or `CancellationError`.
    func asked(for host: String, since reason: String) async throws -> BasicCredentials?
}
