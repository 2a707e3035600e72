package import Azure
import Sites
package import WebConfiguration

/// The connection to a site on Azure; made when it is first needed, and once.
package actor AzureConnection {
    private let site: AzureSite
    private let access: AzureAccess
    private let credentials: any BasicCredentialSource
    private let narrate: @Sendable (String) -> Void
    private var openSession: AzureSession?
    private var readSettings: AzureSettings?

    /// Creates a connection; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - access: How Azure is reached.
    ///   - credentials: Who knows user and password of the SCM site.
    ///   - narrate: Is told what happens, and why something takes longer.
    package init(
        to site: AzureSite, access: AzureAccess, credentials: any BasicCredentialSource,
        narrate: @escaping @Sendable (String) -> Void
    ) {
        (self.site, self.access, self.credentials, self.narrate) = (site, access, credentials, narrate)
    }

    /// What has to be known of a site before its configuration can be made.
    package struct Facts: Sendable, Hashable {
        /// Whether it runs on Linux.
        package var isLinux: Bool
        /// Where it answers, where known.
        package var siteURL: SiteURL?
        /// The start command that its owner gave it; nil for the platform's own, and where it cannot be seen.
        package var startCommand: String?
    }

    /// How requests are sent beside those of the session.
    nonisolated var web: WebClient { access.web }
    /// How often, and how long to wait.
    nonisolated var retries: RetryPolicy { access.retries }
    /// Is told what happens.
    nonisolated var tell: @Sendable (String) -> Void { narrate }

    /// The session with the site.
    ///
    /// - Throws: A `Failure` that says why there is none.
    func session() async throws -> AzureSession {
        if let openSession { return openSession }
        let session = try await AzureSession.open(
            site, access: access, credentials: credentials, narrate: narrate)
        openSession = session
        return session
    }

    /// The settings of the site.
    func settings() async throws -> AzureSettings {
        if let readSettings { return readSettings }
        let session = try await session()
        var settings = AzureSettings(isLinux: session.isLinux, canChange: false, app: [:], web: nil)
        if let manager = session.resourceManager, let resource = session.resource {
            settings.canChange = true
            settings.app = try await manager.appSettings(of: resource)
            settings.web = try await manager.webSettings(of: resource)
        } else {
            settings.app = try await session.kudu.settings()
        }
        readSettings = settings
        return settings
    }

    /// What earlier publishes left beside the site.
    func record() async throws -> AzureRecord {
        AzureRecord(reading: try await session().kudu.file(AzureRecord.path)?.bytes)
    }

    /// What has to be known of the site first.
    ///
    /// - Throws: A `Failure` when it is not found, not reached, or lets nobody in.
    package func facts() async throws -> Facts {
        let session = try await session()
        var facts = Facts(isLinux: session.isLinux, siteURL: session.siteURL.flatMap(SiteURL.init))
        guard session.isLinux else { return facts }
        var command = try await settings().web?.appCommandLine ?? ""
        if command == AzureSettings.agentCommand { command = try await record().startCommand ?? "" }
        facts.startCommand = command.isEmpty ? nil : command
        return facts
    }
}
