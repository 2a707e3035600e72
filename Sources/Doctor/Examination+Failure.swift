package import Tunnel

extension Examination {
    /// Looks at the site once more to find out what is behind a failure to attach.
    ///
    /// - Parameter failure: What was met.
    /// - Returns: The finding that says more than the failure does; nil where there is none.
    package func finding(behind failure: TunnelFailure) async -> Finding? {
        // What happened before the first answer is as exact as it gets.
        guard failure.phase >= .request, failure.cause != .secretMissing, var site else { return nil }
        site.timeout = min(site.timeout, .seconds(10))
        var observations = Observations()
        var examination = SiteExamination(subject: site, project: project, now: now())
        examination.patience.tries = 1
        await examination.observe(&observations)
        let diagnosis = Diagnosis(observations)
        if let cause = diagnosis.cause { return cause }
        guard failure.phase == .debugger else { return nil }
        return diagnosis.findings.first { $0.check.stage == .status }
    }
}
