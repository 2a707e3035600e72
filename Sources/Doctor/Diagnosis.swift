import Diagnostics

/// What an examination came to.
package struct Diagnosis: Sendable {
    /// What is wrong, in the order in which attaching can fail.
    package let findings: [Finding]
    /// The stages that were not reached, with their checks and the reason.
    package let skipped: [Skipped]
    /// How many checks looked.
    package let checkCount: Int

    /// Checks that could not look.
    package struct Skipped: Sendable {
        package let stage: StageName
        package let checks: [Check]
        package let reason: String
    }

    /// Lets every check look at what was observed.
    init(_ observations: Observations, checks: [Check] = Check.all) {
        var findings: [Finding] = []
        var unreached: [StageName: [Check]] = [:]
        var count = 0
        for check in checks {
            guard let found = check.findings(in: observations) else {
                unreached[check.stage, default: []].append(check)
                continue
            }
            count += 1
            findings += found
        }
        self.findings = findings
        checkCount = count
        skipped = StageName.allCases.compactMap { stage in
            unreached[stage].map {
                Skipped(
                    stage: stage, checks: $0,
                    reason: observations.gaps[stage] ?? "there is nothing to look at")
            }
        }
    }

    /// The first error: the cause, of which later ones may be consequences.
    ///
    /// Nil without errors.
    package var cause: Finding? { findings.first { $0.check.severity == .error } }
}
