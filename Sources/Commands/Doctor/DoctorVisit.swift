import Diagnostics
import Doctor
import Files
import SystemPackage
import Tunnel
import WebConfiguration

/// One run of the doctor over what the user named.
struct DoctorVisit {
    /// The project; nil when an address was given.
    let project: ProjectSubject?
    let site: SiteSubject?
    let context: Context
    let console: Console
    /// What is looked at, for the user.
    let name: String

    /// Finds what the user named: a project, or the address of a site.
    ///
    /// - Parameters:
    ///   - options: The project, or an address in its place.
    ///   - site: What the user says of the site.
    ///   - access: How it is reached.
    ///   - context: The world around.
    ///   - console: Where progress goes.
    /// - Throws: A `Failure` when there is no such project, or no address can be made of what was given.
    init(
        _ options: ProjectOptions, site: SiteOptions, access: AccessOptions, context: Context, console: Console
    ) throws {
        self.context = context
        self.console = console
        let given = try access.secret(context)
        func subject(_ address: SiteURL, _ secret: Secret?) -> SiteSubject {
            var subject = SiteSubject(
                address: address, secret: secret, caFile: access.caFile.map(context.absolute),
                environment: context.environment)
            subject.timeout = .seconds(access.timeout)
            return subject
        }
        guard options.project.firstRange(of: "://") == nil else {
            guard let reference = AttachReference(options.project) else {
                throw Failure(
                    .badInput, id: "address-unusable", "this is not the address of a site or its endpoint",
                    hint: "addresses look like 'wss://<secret>@host/ptvsd' or 'https://host'")
            }
            project = nil
            self.site = subject(reference.site, reference.secret ?? given)
            name = reference.site.description
            return
        }
        let found = try ProjectSubject(options, site: site, context: context)
        project = found
        self.site = found.request.siteURL.map { subject($0, given ?? found.secret) }
        name = found.request.siteURL?.description ?? options.project
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
        var diagnosis = await Examination(project: project, site: site, now: context.now).run()
        var mended: [String] = []
        if mending, let project {
            mended = try Mending(
                subject: project, context: context, console: console, isConfirmed: isConfirmed
            ).mend(diagnosis.findings)
            if !mended.isEmpty {
                diagnosis = await Examination(project: project, site: site, now: context.now).run()
            }
        }
        return DiagnosisReport(
            diagnosis: diagnosis, target: name, seconds: (clock.now - start) / .seconds(1), mended: mended)
    }
}

extension ProjectSubject {
    /// The secret of the hidden file.
    fileprivate var secret: Secret? {
        guard let hiddenFile, let bytes = try? FileContents.read(hiddenFile) else { return nil }
        return try? WebDebugConfig(parsing: bytes, file: display(hiddenFile)).secret()
    }
}
