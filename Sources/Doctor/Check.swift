package import Diagnostics

/// One thing that can keep a debugger from attaching: how it is recognised, what it means, and the way out.
///
/// A check looks at what was observed and touches nothing itself, so that many rest on one observation.
package struct Check: Sendable, Identifiable {
    /// A stable name in kebab case, for scripts and as the heading of its page.
    package let id: String
    /// How much a finding matters.
    package let severity: Diagnostic.Severity
    /// The exit code that an error leads to.
    package let reason: Failure.Reason
    /// Where attaching fails.
    package let stage: StageName
    /// What is wrong, as a sentence.
    package let title: String
    /// What is looked at.
    package let looksAt: String
    /// What it means for the user.
    package let meaning: String
    /// What to do, with commands; a finding may have a more exact one.
    package let wayOut: String

    /// The findings; nil when the stage was not reached.
    private let find: @Sendable (Observations) -> [Evidence]?

    /// Creates a check of what is observed in a stage.
    init<Observed>(
        _ id: String, _ severity: Diagnostic.Severity, _ reason: Failure.Reason = .failed,
        in stage: Stage<Observed>, title: String, looksAt: String, meaning: String, wayOut: String,
        find: @escaping @Sendable (Observed) -> [Evidence]
    ) {
        self.id = id
        self.severity = severity
        self.reason = reason
        self.stage = stage.name
        self.title = title
        self.looksAt = looksAt
        self.meaning = meaning
        self.wayOut = wayOut
        self.find = { stage.observed($0).map(find) }
    }

    /// Looks at what was observed.
    ///
    /// - Parameter observations: What is known.
    /// - Returns: What is wrong; nil when that was not looked at.
    func findings(in observations: Observations) -> [Finding]? {
        find(observations).map { $0.map { Finding(check: self, evidence: $0) } }
    }
}

extension Check {
    /// Every check, in the order in which attaching can fail.
    package static let all: [Check] = project + configuration + way + answer + status + upgrade + switches

    /// The check called `id`.
    package static func named(_ id: String) -> Check? { all.first { $0.id == id } }
}
