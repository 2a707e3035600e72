/// What a publish to Azure is told beyond the site and the usual options.
package struct AzureDeployment: Sendable {
    /// Asks whether settings may be changed.
    ///
    /// Throws a `Failure` when they may not.
    package typealias Confirmation = @Sendable ([SettingChange]) async throws -> Void

    /// Whether web sockets are to be switched on.
    package var enablesWebSockets = false
    /// Whether everything is sent, also what seems to be there.
    package var isFull = false
    /// Asks before settings are changed.
    package var confirm: Confirmation

    /// Creates a publish without any of it.
    package init(confirm: @escaping Confirmation) {
        self.confirm = confirm
    }
}
