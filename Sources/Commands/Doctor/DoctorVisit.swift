import Azure
import Diagnostics
import Doctor
import Files
import Sites
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

    private let azure: AzureSubject?
    private let command: DoctorCommand
    /// Whether no site is reached for.
    private var isLocal = false

    /// Finds what the user named: a project, or the address of a site.
    ///
    /// - Parameters:
    ///   - command: What the user said.
    ///   - context: The world around.
    ///   - console: Where progress goes.
    /// - Throws: A `Failure` when there is no such project, or no address can be made of what was given.
    init(_ command: DoctorCommand, context: Context, console: Console) throws {
        self.command = command
        self.context = context
        self.console = console
        let given = try Secret.given(file: command.access.secretFile, context)
        func subject(_ address: SiteURL, _ secret: Secret?, from source: String?) -> SiteSubject {
            var subject = SiteSubject(
                address: address, secret: secret, caFile: command.connection.caFile.map(context.absolute),
                environment: context.environment)
            subject.secretSource = source
            subject.timeout = .seconds(command.access.timeout)
            subject.allowsPlaintext = command.connection.insecure
            return subject
        }
        let argument = command.project.project
        guard argument.firstRange(of: "://") == nil else {
            guard let reference = AttachReference(argument) else {
                throw Failure(
                    .badInput, id: "address-unusable", "this is not the address of a site or its endpoint",
                    hint: "addresses look like 'wss://<secret>@host/ptvsd' or 'https://host'")
            }
            project = nil
            let secret = given?.secret ?? reference.secret
            site = subject(
                reference.site, secret ?? Self.projectSecret(for: reference.site, command, context, console),
                from: given?.source ?? (reference.secret == nil ? nil : "the URL given"))
            name = reference.site.description
            azure = try Self.azure(nil, reference.site, command, context)
            return
        }
        let found = try ProjectSubject(command.project, site: command.site, context: context)
        project = found
        let address = found.request.siteURL
        guard !command.local else {
            (site, azure, name) = (nil, nil, argument)
            isLocal = true
            return
        }
        site = address.map { subject($0, given?.secret ?? found.secret, from: given?.source) }
        name = address?.description ?? argument
        azure = try Self.azure(found.lastPublish?.destination, address, command, context)
    }

    /// The secret of the project that the user stands in, for an address without one.
    private static func projectSecret(
        for site: SiteURL, _ command: DoctorCommand, _ context: Context, _ console: Console
    ) -> Secret? {
        var options = command.project
        options.project = "."
        guard
            let hidden = try? HiddenConfiguration(options, siteURL: command.site.siteURL, context: context)
        else { return nil }
        do throws(Failure) {
            return try hidden.secret(for: site)
        } catch {
            console.report(
                error.diagnostics.map { .warning($0.id, $0.message, at: $0.location, hint: $0.hint) })
            return nil
        }
    }

    /// The site in Azure, where it was published there or has a host of Azure's.
    private static func azure(
        _ destination: String?, _ address: SiteURL?, _ command: DoctorCommand, _ context: Context
    ) throws -> AzureSubject? {
        var named: AzureSite?
        if let destination, case .azure(let site)? = try? DestinationReference(destination, context: context)
        {
            named = site
        }
        guard let address, named != nil || address.isAzure else { return nil }
        return AzureSubject(
            site: named, host: address.host + (address.port.map { ":\($0)" } ?? ""),
            access: try command.azure.access(command.connection, context))
    }

    /// An examination of all of it.
    private var examination: Examination {
        var examination = Examination(project: project, site: site, now: context.now)
        examination.azure = azure
        examination.isLocal = isLocal
        return examination
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
        var diagnosis = await examination.run()
        // What is broken off looks like a site that does not answer.
        try Task.checkCancellation()
        var mended: [String] = []
        if mending, let project {
            mended = try Mending(
                subject: project, context: context, console: console, isConfirmed: isConfirmed
            ).mend(diagnosis.findings)
            if !mended.isEmpty {
                // What was mended may hold a secret that could not be read before.
                diagnosis = try await DoctorVisit(command, context: context, console: console).examination
                    .run()
                try Task.checkCancellation()
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
