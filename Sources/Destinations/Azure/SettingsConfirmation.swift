import Diagnostics

/// Shows what is to be changed in a site's settings, and makes sure that the user agrees.
package struct SettingsConfirmation: Sendable {
    private let isAgreed: Bool
    private let environment: [String: String]
    private let announce: @Sendable (String) -> Void

    /// Creates the question.
    ///
    /// - Parameters:
    ///   - isAgreed: Whether the user has agreed already, with `--yes`.
    ///   - environment: The environment variables, which tell of continuous integration.
    ///   - announce: Shows lines to the user, however little else is said.
    package init(
        isAgreed: Bool, environment: [String: String], announce: @escaping @Sendable (String) -> Void
    ) {
        (self.isAgreed, self.environment, self.announce) = (isAgreed, environment, announce)
    }

    /// Asks.
    ///
    /// - Parameter changes: What is to be changed.
    /// - Throws: A `Failure` when the user does not agree, or cannot be asked, or `CancellationError`.
    package func ask(_ changes: [SettingChange]) async throws {
        announce("Settings of the site that have to change:")
        for change in changes { announce("  \(change)") }
        guard !isAgreed else { return }
        guard let terminal = TerminalPrompt(environment: environment) else {
            let list = changes.map(\.description).joined(separator: "; ")
            throw Failure(
                .failed, id: "settings-not-confirmed",
                "settings of the site have to change, and nobody can be asked: \(list)",
                hint: "give '--yes' to agree; nothing was changed")
        }
        let answer = try await terminal.ask("Change them? [y/N] ", isHidden: false) ?? ""
        guard ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace }) else {
            throw Failure(
                .failed, id: "settings-declined",
                "the settings of the site were not changed, and nothing was sent",
                hint: "publish again to be asked again")
        }
    }
}
