import Diagnostics
import WebConfiguration

/// Finds options that have no effect on a publish.
///
/// They are warned of and not refused: a script that publishes now in Debug and now in Release may give them each time.
struct IdleOptions {
    let site: SiteOptions
    let debugger: DebuggerOptions
    let azure: AzurePublishOptions

    /// A warning for all that concern the endpoint where there is none, and one for those of Azure elsewhere.
    ///
    /// - Parameters:
    ///   - request: The configuration, and whether it gets the endpoint.
    ///   - destination: Where the site goes.
    ///   - context: The world around.
    /// - Returns: The warnings.
    func findings(
        in request: ConfigurationRequest, to destination: DestinationReference, _ context: Context
    ) -> [Diagnostic] {
        var found: [Diagnostic] = []
        let ofEndpoint = [
            ("--expires", site.expires != nil), ("--proxy", site.proxy != nil),
            ("--web-socket-section", site.webSocketSection != nil), ("--debugpy", debugger.debugpy != nil),
            ("--debugpy-version", debugger.debugpyVersion != nil),
        ]
        if !request.isDebugging {
            found += finding(
                ofEndpoint,
                concern: "the debug endpoint, which a \(request.configuration) publish does not add",
                hint: "say '--configuration Debug'")
        }
        // Web sockets are switched on for a Release, too: the site may have some of its own.
        let ofAzure = [("--enable-web-sockets", azure.enableWebSockets), ("--full", azure.full)]
        if case .azure = destination { return found }
        let place = destination.path.map(context.display) ?? destination.text
        return found
            + finding(
                ofAzure, concern: "a site on Azure, and '\(place)' is none", hint: "say '--to azure:SITE'")
    }

    private func finding(
        _ options: [(name: String, isGiven: Bool)], concern matter: String, hint: String
    ) -> [Diagnostic] {
        let names = options.filter(\.isGiven).map { "'\($0.name)'" }
        guard let last = names.last else { return [] }
        let isOne = names.count == 1
        let list = isOne ? last : names.dropLast().joined(separator: ", ") + " and " + last
        return [
            .warning(
                "option-without-effect", "\(list) \(isOne ? "concerns" : "concern") \(matter)",
                hint: "\(hint), or leave \(isOne ? "it" : "them") out")
        ]
    }
}
