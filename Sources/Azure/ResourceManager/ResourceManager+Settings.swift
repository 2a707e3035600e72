import Addresses
import Diagnostics

extension ResourceManager {
    private struct Dictionary: Codable {
        var properties: [String: String?]
    }

    private struct WebForm: Decodable {
        var properties: SiteWebSettings
    }

    private struct Change<Value: Encodable>: Encodable {
        var properties: [String: Value]
    }

    private struct Policy: Decodable {
        struct Properties: Decodable {
            var allow: Bool
        }
        var properties: Properties
    }

    /// Reads the app settings of a site: the environment variables of its processes.
    package func appSettings(of site: SiteResource) async throws -> [String: String] {
        try await listedSettings(of: site) ?? [:]
    }

    /// The app settings; nil when the site has no such list (any more).
    private func listedSettings(of site: SiteResource) async throws -> [String: String]? {
        let path = "\(site.id)/config/appsettings/list"
        guard let answer = try await send("POST", path) else { return nil }
        return try decoded(Dictionary.self, answer, path).properties.compactMapValues(\.self)
    }

    /// Sets some app settings and leaves the others as they are now.
    ///
    /// The interface only takes all of them at once: they are read again right before.
    ///
    /// - Parameters:
    ///   - changes: Name → value; nil takes the setting away.
    ///   - site: The site.
    /// - Throws: A `Failure` when Azure refuses it.
    package func change(appSettings changes: [String: String?], of site: SiteResource) async throws {
        // None at all is no empty list: what is sent would take the place of what could not be read.
        var settings = try await listedSettings(of: site).orThrow(gone(site))
        for (name, value) in changes { settings[name] = value }
        let body = JSONBody.encoded(Change(properties: settings))
        _ = try await send("PUT", "\(site.id)/config/appsettings", body: body).orThrow(gone(site))
    }

    /// Reads the configuration of a site.
    package func webSettings(of site: SiteResource) async throws -> SiteWebSettings {
        let path = "\(site.id)/config/web"
        guard let answer = try await send("GET", path) else { return SiteWebSettings() }
        return try decoded(WebForm.self, answer, path).properties
    }

    /// Sets the start command of a site; empty for the platform's own.
    package func change(startCommand: String, of site: SiteResource) async throws {
        let body = JSONBody.encoded(Change(properties: ["appCommandLine": startCommand]))
        _ = try await send("PATCH", "\(site.id)/config/web", body: body).orThrow(gone(site))
    }

    /// Switches web sockets on or off.
    package func change(webSockets isOn: Bool, of site: SiteResource) async throws {
        let body = JSONBody.encoded(Change(properties: ["webSocketsEnabled": isOn]))
        _ = try await send("PATCH", "\(site.id)/config/web", body: body).orThrow(gone(site))
    }

    /// Whether the SCM site takes user and password; nil when it does not say.
    package func allowsBasicAuthentication(_ site: SiteResource) async throws -> Bool? {
        let path = "\(site.id)/basicPublishingCredentialsPolicies/scm"
        return try await send("GET", path).flatMap {
            JSONBody.decoded(Policy.self, $0.body)?.properties.allow
        }
    }

    /// How far the start of a deployment has come; nil when Azure knows nothing of it (yet).
    package func runtimeStatus(of deployment: String, on site: SiteResource) async throws -> RuntimeStatus? {
        let path = "\(site.id)/deploymentStatus/\(URLText.escaped(deployment))"
        return try await send("GET", path).flatMap { JSONBody.decoded(RuntimeStatus.self, $0.body) }
    }

    /// Starts a site anew.
    package func restart(_ site: SiteResource) async throws {
        _ = try await send("POST", "\(site.id)/restart").orThrow(gone(site))
    }

    private func gone(_ site: SiteResource) -> Failure {
        Failure(.failed, id: "azure-site-gone", "the site '\(site.name)' is not there any more")
    }

    /// The path of a next page; nil when it leads to another server, which would get the token.
    func ownPath(_ link: String) -> String? {
        for prefix in [base, base + ":443"] where link.lowercased().hasPrefix(prefix.lowercased() + "/") {
            return String(link.dropFirst(prefix.count))
        }
        return nil
    }
}
