/// What stops the work: the reason in terms of exit codes, and the findings to show.
///
/// Thrown by every module, so that a command renders one kind of error only.
public struct Failure: Error, Hashable, Sendable {
    /// Why the work stopped; each reason has an exit code of its own (see `docs/cli.md`).
    public enum Reason: Sendable, Hashable {
        /// The work itself failed, such as a full disk.
        case failed
        /// The user's input cannot be used: project, XML, transform, settings.
        case badInput
        /// Another machine or service does not answer.
        case unavailable
        /// The credentials are missing or refused.
        case notAuthorised
    }

    /// Why the work stopped.
    public var reason: Reason
    /// All that was found, in order; at least one of them is an error.
    public var diagnostics: [Diagnostic]

    /// Creates a failure from everything that was found.
    public init(_ reason: Reason, _ diagnostics: [Diagnostic]) {
        self.reason = reason
        self.diagnostics = diagnostics
    }

    /// Creates a failure from one error.
    public init(
        _ reason: Reason, id: String, _ message: String, at location: Diagnostic.Location? = nil,
        hint: String? = nil
    ) {
        self.init(reason, [.error(id, message, at: location, hint: hint)])
    }
}
