/// What runs the site on its server, as far as its configuration depends on it.
package enum HostKind: String, Sendable, CaseIterable {
    /// IIS hands requests to Python through FastCGI; wfastcgi answers them.
    case iisFastCGI = "iis-fastcgi"
    /// IIS starts a web server of the site's own and hands requests on (HttpPlatformHandler).
    case iisHTTPPlatform = "iis-httpplatform"
    /// A start command, as on Azure App Service for Linux or a machine behind nginx.
    case linux

    /// Whether the site's configuration is a `web.config`.
    package var isIIS: Bool { self != .linux }

    /// The name for people.
    package var title: String {
        switch self {
        case .iisFastCGI: "IIS FastCGI"
        case .iisHTTPPlatform: "IIS HttpPlatformHandler"
        case .linux: "Linux"
        }
    }
}
