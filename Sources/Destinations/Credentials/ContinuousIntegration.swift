/// Continuous integration: logs are kept there and read by many, and nobody answers a question.
package enum ContinuousIntegration {
    /// Whether the variable `CI`, which all such services set, says so.
    package static func isRunning(in environment: [String: String]) -> Bool {
        !["", "0", "false"].contains(environment["CI"]?.lowercased() ?? "")
    }
}
