import Azure
import Diagnostics

/// The switches of a site in Azure, as Azure Resource Manager tells them; read, never written.
package struct SwitchesObservation: Sendable {
    let site: SiteResource
    let facts: SiteFacts
    let web: WebFacts
    /// The app settings.
    let settings: [String: String]
    /// How many instances run.
    let instanceCount: Int
    /// Whether the SCM site takes user and password; nil when it does not say.
    let allowsBasicAuthentication: Bool?
    /// Where the project was published to last.
    var destination: String?
    /// Whether that publish was for debugging.
    var wasPublishedForDebugging = false
    /// Whether the endpoint answered.
    var endpointAnswers = false
    /// Whether a WebSocket came through.
    var upgradeWorks = false

    /// What the site itself says.
    struct SiteFacts: Decodable, Sendable {
        struct Properties: Decodable, Sendable {
            var clientAffinityEnabled: Bool?
            var clientCertEnabled: Bool?
            var sku: String?
        }
        var properties: Properties?
    }

    /// What its configuration says.
    struct WebFacts: Decodable, Sendable {
        struct CrossOrigin: Decodable, Sendable {
            var allowedOrigins: [String]?
        }
        struct Properties: Decodable, Sendable {
            var webSocketsEnabled: Bool?
            var alwaysOn: Bool?
            var appCommandLine: String?
            var healthCheckPath: String?
            var cors: CrossOrigin?
        }
        var properties: Properties?
    }

    private struct Instances: Decodable {
        struct Instance: Decodable {}
        var value: [Instance]
    }

    /// Reads the switches.
    ///
    /// - Throws: A `Failure` when nobody is signed in, or the site is not found.
    init(of subject: AzureSubject) async throws {
        let manager = subject.access.resourceManager
        let site = try await Self.find(subject, manager)
        self.site = site
        let id = site.id
        async let facts = manager.send("GET", id)
        async let web = manager.send("GET", "\(id)/config/web")
        async let settings = manager.appSettings(of: site)
        async let instances = manager.send("GET", "\(id)/instances")
        async let policy = manager.allowsBasicAuthentication(site)
        self.facts = try await facts.flatMap { JSONBody.decoded(SiteFacts.self, $0.body) } ?? SiteFacts()
        self.web = try await web.flatMap { JSONBody.decoded(WebFacts.self, $0.body) } ?? WebFacts()
        self.settings = try await settings
        instanceCount =
            try await instances.flatMap { JSONBody.decoded(Instances.self, $0.body) }?.value.count ?? 1
        allowsBasicAuthentication = try await policy
    }

    private static func find(_ subject: AzureSubject, _ manager: ResourceManager) async throws -> SiteResource
    {
        let subscription = try await subject.access.chosenSubscription()
        if case .name(let name, let slot)? = subject.site?.address {
            return try await manager.site(
                named: name, slot: slot, subscription: subscription, group: subject.access.resourceGroup)
        }
        let all = try await manager.sites(in: subscription)
        let host = subject.host.lowercased()
        guard
            let found = all.first(where: {
                $0.siteHost?.lowercased() == host || $0.scmHost?.lowercased() == host
            })
        else {
            throw Failure(
                .badInput, id: "azure-site-missing",
                "the subscription has no site that answers at '\(subject.host)'",
                hint: "choose another with '--subscription'")
        }
        return found
    }

    /// The name of the site in commands of `az`, with its slot.
    var arguments: String {
        let parts = site.id.split(separator: "/").map(String.init)
        func after(_ word: String) -> String? {
            parts.firstIndex { $0.lowercased() == word }.flatMap {
                $0 + 1 < parts.count ? parts[$0 + 1] : nil
            }
        }
        let slot = after("slots").map { " --slot \($0)" } ?? ""
        return "-g \(after("resourcegroups") ?? "GROUP") -n \(after("sites") ?? site.name)\(slot)"
    }

    var isFree: Bool { ["free", "shared", "dynamic"].contains(facts.properties?.sku?.lowercased()) }

    /// An app setting by its name, in whatever case.
    func setting(_ name: String) -> String? {
        settings.first { $0.key.lowercased() == name.lowercased() }?.value
    }
}
