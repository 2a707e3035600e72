/// A site as Azure Resource Manager describes it (`Microsoft.Web/sites`).
package struct SiteResource: Sendable, Hashable {
    /// Its resource identifier: `/subscriptions/…/sites/NAME[/slots/SLOT]`.
    package var id: String
    /// Its name; that of a slot is `NAME/SLOT`.
    package var name: String
    /// Whether it runs on Linux.
    package var isLinux: Bool
    /// Whether it is switched on.
    package var isRunning: Bool
    /// The host of its SCM site (Kudu); never derived from the name.
    package var scmHost: String?
    /// The host that the site itself answers at.
    package var siteHost: String?
}

extension SiteResource: Decodable {
    private struct Form: Decodable {
        struct Host: Decodable {
            var name: String?
            var hostType: String?
        }
        struct Properties: Decodable {
            var state: String?
            var reserved: Bool?
            var defaultHostName: String?
            var enabledHostNames: [String]?
            var hostNameSslStates: [Host]?
        }
        var id: String
        var name: String?
        var kind: String?
        var properties: Properties?
    }

    /// Reads the parts that matter here.
    package init(from decoder: any Decoder) throws {
        let form = try Form(from: decoder)
        let properties = form.properties
        let hosts = properties?.hostNameSslStates ?? []
        id = form.id
        name = form.name ?? ""
        isLinux = properties?.reserved ?? (form.kind?.lowercased().contains("linux") ?? false)
        isRunning = properties?.state?.lowercased() != "stopped"
        scmHost = hosts.first { $0.hostType?.lowercased() == "repository" }?.name
        let enabled = (properties?.enabledHostNames ?? []).filter { $0 != scmHost }
        let usual = properties?.defaultHostName
        siteHost =
            usual.flatMap { enabled.isEmpty || enabled.contains($0) ? $0 : nil } ?? enabled.first
            ?? hosts.first { $0.hostType?.lowercased() == "standard" }?.name
    }
}

/// The part of a site's configuration that a publish looks at (`config/web`).
package struct SiteWebSettings: Sendable, Hashable, Decodable {
    /// Whether web sockets are switched on.
    package var webSocketsEnabled: Bool?
    /// The start command on Linux; empty for the platform's own.
    package var appCommandLine: String?
    /// What runs the site, such as `PYTHON|3.12`.
    package var linuxFxVersion: String?
    /// Whether the site stays loaded.
    package var alwaysOn: Bool?

    /// Creates settings.
    package init(webSocketsEnabled: Bool? = nil, appCommandLine: String? = nil) {
        self.webSocketsEnabled = webSocketsEnabled
        self.appCommandLine = appCommandLine
    }
}
