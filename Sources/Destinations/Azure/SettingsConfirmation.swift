import Diagnostics

/// Shows what is to be changed in a site's settings, and makes sure that the user agrees.
package struct SettingsConfirmation: Sendable {
    private let isAgreed: Bool
    private let narrate: @Sendable (String) -> Void

    /// Creates the question.
    ///
    /// - Parameters:
    ///   - isAgreed: Whether the user has agreed already, with `--yes`.
    ///   - narrate: Shows lines to the user.
    package init(isAgreed: Bool, narrate: @escaping @Sendable (String) -> Void) {
        (self.isAgreed, self.narrate) = (isAgreed, narrate)
    }

    /// Asks.
    ///
    /// - Parameter changes: What is to be changed.
    /// - Throws: A `Failure` when the user does not agree, or cannot be asked.
    package func ask(_ changes: [SettingChange]) throws {
        narrate("Settings of the site that have to change:")
        for change in changes { narrate("  \(change)") }
        guard !isAgreed else { return }
        guard let terminal = TerminalPrompt() else {
            let list = changes.map(\.description).joined(separator: "; ")
            throw Failure(
                .failed, id: "settings-not-confirmed",
                "settings of the site have to change, and nobody can be asked: \(list)",
                hint: "give '--yes' to agree; nothing was changed")
        }
        let answer = try terminal.ask("Change them? [y/N] ", isHidden: false).lowercased()
        guard answer == "y" || answer == "yes" else {
            throw Failure(
                .failed, id: "settings-declined",
                "the settings of the site were not changed, and nothing was sent",
                hint: "publish again to be asked again")
        }
    }
}
