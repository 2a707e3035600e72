package import Diagnostics
import Projects
package import Sites
import SystemPackage
package import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a site that was published holds of the secret.
package struct DeployedSite {
    /// What its agent was told; nil with the original's proxy, which has none.
    package let settings: AgentSettings?
    /// The files that are sent along unchanged: those of a zip, which can only be written whole.
    private let others: [SiteFile]
    private let settingsPath: SitePath
    /// The `web.config` that carries the secret, on IIS.
    private let config: (path: SitePath, bytes: [UInt8])?

    /// Looks into a destination.
    ///
    /// - Parameter destination: Where the site was published to.
    /// - Throws: A `Failure` when there is no site with a debug endpoint.
    package init(in destination: any PublishDestination) async throws {
        let name = destination.name
        settingsPath = try SitePath(AgentSettings.path)
        settings = try await destination.contents(of: settingsPath)
            .flatMap { try? JSONDecoder().decode(AgentSettings.self, from: Data($0)) }
        config = try await Self.config(in: destination)
        guard settings != nil || config != nil else {
            throw Failure(
                .badInput, id: "not-debuggable", "'\(name)' holds no site with a debug endpoint",
                at: .init(file: name), hint: "publish in Debug first, or give '--local'")
        }
        let sent = [settings == nil ? nil : settingsPath, config?.path].compactMap(\.self)
        others = try await destination.companions(of: Set(sent))
    }

    /// Whether IIS finds the secret in it, where alone it looks.
    package var hasConfiguration: Bool { config != nil }

    /// The SHA-256 of the secret that it takes, in hexadecimal digits.
    ///
    /// What `web.config` says is the agent's environment, which outranks its settings; not under FastCGI, where it is
    /// the site's alone.
    package func secretDigest() throws(Failure) -> String? {
        guard let config, settings?.host != HostKind.iisFastCGI.rawValue else {
            return settings?.secretSHA256
        }
        return try WebDebugConfig(parsing: config.bytes, file: config.path.description).secret().digest
    }

    /// The root's `web.config`, if it carries the secret; IIS finds it however its name is written.
    private static func config(
        in destination: any PublishDestination
    ) async throws -> (path: SitePath, bytes: [UInt8])? {
        let recorded = try await destination.previous().manifest?.files.keys ?? [:].keys
        let paths = try (Array(recorded) + ["web.config", "Web.config"]).map(SitePath.init)
            .filter { $0.folder == nil && $0.isWebConfig }
        for path in paths {
            guard let bytes = try await destination.contents(of: path) else { continue }
            let config = try WebDebugConfig(parsing: bytes, file: path.description)
            return config.secretSetting == nil ? nil : (path, bytes)
        }
        return nil
    }

    /// The files to send, with another secret.
    package func renewed(secret: Secret, expiry: Expiry) throws(Failure) -> [SiteFile] {
        var files = others
        if var settings {
            settings.secretSHA256 = secret.digest
            settings.expires = expiry == .never ? nil : expiry.text
            files.append(SiteFile(settingsPath, bytes: try settings.encoded()))
        }
        if let config {
            let bytes = try WebDebugConfig(parsing: config.bytes, file: config.path.description)
                .renewed(secret: secret, expiry: expiry)
            files.append(SiteFile(config.path, bytes: bytes, mode: .ownerReadWrite))
        }
        return files
    }
}
