import Diagnostics
import Doctor

/// One run of the doctor over what the user named.
struct DoctorVisit {
    let subject: ProjectSubject?
    let context: Context
    let console: Console
    let name: String

    init(_ options: ProjectOptions, site: SiteOptions, context: Context, console: Console) throws {
        self.context = context
        self.console = console
        subject = try ProjectSubject(options, site: site, context: context)
        name = options.project
    }

    /// Examines, and mends and examines again where that is wanted.
    ///
    /// - Parameters:
    ///   - mending: Whether what is safe on this machine is mended.
    ///   - isConfirmed: Whether the user need not be asked.
    /// - Returns: What is wrong now.
    /// - Throws: A `Failure` when something cannot be mended.
    func run(mending: Bool, isConfirmed: Bool) async throws -> DiagnosisReport {
        let clock = ContinuousClock()
        let start = clock.now
        var diagnosis = await Examination(project: subject).run()
        var mended: [String] = []
        if mending, let subject {
            mended = try Mending(
                subject: subject, context: context, console: console, isConfirmed: isConfirmed
            ).mend(diagnosis.findings)
            if !mended.isEmpty { diagnosis = await Examination(project: subject).run() }
        }
        return DiagnosisReport(
            diagnosis: diagnosis, target: name, seconds: (clock.now - start) / .seconds(1), mended: mended)
    }
}
