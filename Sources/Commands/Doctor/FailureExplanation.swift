import Diagnostics
import Doctor
import Tunnel

/// What the doctor makes of a failure to attach, so that no command ends with a bare error.
struct FailureExplanation {
    /// The project that was published there; nil where none is known.
    let project: ProjectSubject?
    let site: SiteSubject
    let context: Context

    /// The failure, with the finding behind it.
    func explained(_ failure: TunnelFailure) async -> Failure {
        var explained = failure.failure
        // One way out is enough: these say theirs already, and the doctor's would be another.
        let explainsSecret = failure.secretSource != nil || failure.secretOrigin != nil
        guard !failure.isExpiry, failure.cause != .secretWrong || !explainsSecret else { return explained }
        let examination = Examination(project: project, site: site, now: context.now)
        if let finding = await examination.finding(behind: failure) {
            explained.diagnostics.append(finding.asRemark)
        }
        return explained
    }
}

extension Finding {
    /// The finding beside an error that was reported already.
    var asRemark: Diagnostic {
        .note(
            check.id, "the doctor's finding is '\(check.title)': \(evidence)", at: location, hint: wayOut)
    }
}
