/// A password for publishing.
///
/// Its description is redacted, so that it cannot reach a log by accident; `revealed` is the only way out.
package struct Password: Sendable, Hashable {
    /// The password itself, for the standard input of a child process or the header of a request only.
    package let revealed: String

    /// Takes over a password that a profile, the environment or a user holds.
    package init(_ text: String) {
        revealed = text
    }
}

extension Password: CustomStringConvertible, CustomReflectable {
    /// Never the password.
    package var description: String { "<password>" }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
