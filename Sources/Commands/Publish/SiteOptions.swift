import ArgumentParser
import Diagnostics
import Tunnel
import WebConfiguration

/// What is known of the site and its server.
struct SiteOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the site answers, such as https://name.azurewebsites.net.", valueName: "url"))
    var siteURL: String?

    @Option(
        help: ArgumentHelp(
            "What runs the site: iis-fastcgi, iis-httpplatform or linux. Read from web.config, else linux.",
            valueName: "kind"))
    var host: HostKind?

    @Option(
        help: ArgumentHelp(
            "How long the secret holds: 30m, 8h, 7d or never; 48h if absent.", valueName: "time"))
    var expires: Lifetime?

    @Option(
        help: ArgumentHelp(
            "Who answers at /ptvsd: agent, or ptvs for the original's assembly in the site's bin; agent if absent.",
            valueName: "kind"))
    var proxy: DebugTransform.Proxy?

    @Option(
        help: ArgumentHelp(
            "Whether the webSocket section is written: auto, always or never; auto if absent. It is locked on a stock IIS.",
            valueName: "when"))
    var webSocketSection: ConfigurationRequest.WebSocketSection?

    @Option(help: ArgumentHelp("The Python on an IIS server; read from web.config.", valueName: "path"))
    var sitePython: String?

    @Option(
        help: ArgumentHelp("The site's folder on an IIS server; read from web.config.", valueName: "path"))
    var siteRoot: String?

    @Option(
        help: ArgumentHelp(
            "How the site itself is started on Linux; $PORT is the port to listen on.", valueName: "command"))
    var startCommand: String?

    func validate() throws {
        try Self.validate(siteURL: siteURL)
        guard startCommand?.allSatisfy(\.isWhitespace) != true else {
            throw ValidationError("'--start-command' is empty")
        }
    }

    /// Refuses what is not the address of a site.
    static func validate(siteURL: String?) throws {
        if let siteURL, SiteURL(siteURL) == nil {
            if let reference = AttachReference(siteURL) {
                throw ValidationError(
                    "this is an attach URL: give the address of the site without the secret, '\(reference.site)'"
                )
            }
            throw ValidationError(
                "'\(siteURL.addressWithoutUserInfo)' is not the address of a site, such as "
                    + "https://name.azurewebsites.net")
        }
    }

    /// Puts what the user said into a request.
    func apply(to request: inout ConfigurationRequest) {
        request.siteURL = siteURL.flatMap(SiteURL.init) ?? request.siteURL
        request.host = host
        request.lifetime = expires ?? request.lifetime
        request.proxy = proxy ?? request.proxy
        request.webSocketSection = webSocketSection ?? request.webSocketSection
        request.serverPaths = ServerPaths(root: siteRoot, interpreter: sitePython)
        request.startCommand = startCommand
    }
}

extension HostKind: ExpressibleByArgument {}
extension DebugTransform.Proxy: ExpressibleByArgument {}
extension ConfigurationRequest.WebSocketSection: ExpressibleByArgument {}

extension Lifetime: ExpressibleByArgument {
    /// Reads the value of `--expires`.
    package init?(argument: String) {
        self.init(argument)
    }

    /// The default as the help shows it.
    package var defaultValueDescription: String { "48h" }
}
