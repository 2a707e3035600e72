#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a user wants of a site's configuration.
package struct ConfigurationRequest: Sendable {
    /// The build configuration, such as `Debug`: it selects the transforms.
    package var configuration: String
    /// Whether the site gets the debug endpoint.
    package var isDebugging: Bool
    /// The name of the publish profile, which selects transforms as well.
    package var profileName: String?
    /// Whether `web.<Configuration>.config` files are applied (`TransformWebConfigEnabled`).
    package var appliesConfigurationTransforms = true
    /// Whether `web.<Profile>.config` files are applied (`ProfileTransformWebConfigEnabled`).
    package var appliesProfileTransforms = true
    /// The host, where the user names one.
    package var host: HostKind?
    /// The site's address, where known.
    package var siteURL: SiteURL?
    /// Whether the site is known to run on Azure, whatever its address.
    package var isOnAzure = false
    /// How long the secret is to hold.
    package var lifetime = Lifetime.standard
    /// Who answers at `/ptvsd`.
    package var proxy = DebugTransform.Proxy.agent
    /// Whether the `webSocket` section is written.
    package var webSocketSection = WebSocketSection.auto
    /// Where things stand on the server, where the user says so.
    package var serverPaths = ServerPaths()
    /// The site's own start command on Linux, where the user gives one.
    package var startCommand: String?
    /// Whether the hidden file is written anew even where a user's edits would be lost.
    package var replacesHiddenFile = false
    /// The time of the publish.
    package var now: Date

    /// Whether the `webSocket` section is written: it is locked on a stock IIS and open on Azure.
    package enum WebSocketSection: String, Sendable, CaseIterable {
        /// Unless the site is known and is not Azure's.
        case auto
        case always
        case never
    }

    /// Creates a request with everything else as it usually is.
    package init(configuration: String, isDebugging: Bool, now: Date) {
        self.configuration = configuration
        self.isDebugging = isDebugging
        self.now = now
    }

    /// Whether the `webSocket` section is written for this site.
    package var writesWebSocketSection: Bool {
        switch webSocketSection {
        case .auto: siteURL?.isAzure ?? true
        case .always: true
        case .never: false
        }
    }
}
