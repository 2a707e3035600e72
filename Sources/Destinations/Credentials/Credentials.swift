package import Projects

/// Who publishes: a user and a password for a server.
package struct Credentials: Sendable, Hashable {
    /// The user.
    package var user: String
    /// The password.
    package var password: Password

    /// Creates credentials.
    package init(user: String, password: Password) {
        self.user = user
        self.password = password
    }
}
