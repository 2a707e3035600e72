import Diagnostics
import XMLDocumentTransform

/// Looks whether a `web.config` brings requests for `/ptvsd` to the debug endpoint, whatever transforms it went through.
struct EndpointCheck {
    let host: HostKind
    let proxy: DebugTransform.Proxy
    let secret: Secret

    /// What the endpoint consists of.
    enum Part: CaseIterable {
        case secret
        case debuggerAddress
        case handler
        case sessionsHandler
        case agent
        case stopRule
    }

    /// The parts that this site needs.
    private var needed: [Part] {
        Part.allCases.filter { part in
            switch part {
            case .debuggerAddress: host == .iisFastCGI
            case .sessionsHandler, .agent: proxy == .agent
            default: true
            }
        }
    }

    /// The needed parts that a document does not have, or not where they work.
    func missing(in config: WebConfig) -> [Part] {
        needed.filter { !has($0, config) }
    }

    private func has(_ part: Part, _ config: WebConfig) -> Bool {
        switch part {
        case .secret: secretValue(config) == secret.revealed
        case .debuggerAddress: config.appSetting("WSGI_PTVSD_ADDRESS")?.value.isEmpty == false
        case .handler: reaches("ptvsd", config)
        case .sessionsHandler: reaches("ptvsd/*", config)
        case .agent:
            host == .iisFastCGI
                ? config.platformCommand?.isEndpoint == true : config.platformCommand?.unwrapped != nil
        case .stopRule: config.rules.first.map { $0["name"] == "ptvsd" } ?? true
        }
    }

    private func secretValue(_ config: WebConfig) -> String? {
        let name = "WSGI_PTVSD_SECRET"
        return host == .iisFastCGI
            ? config.appSetting(name)?.value : config.environmentVariables.last { $0.name == name }?.value
    }

    /// Whether the first handler for a path is the endpoint's, or leads to the agent as everything does.
    private func reaches(_ path: String, _ config: WebConfig) -> Bool {
        let first = config.handlers.first { $0.path == path || $0.takesAll }
        guard let first, first.takesAll else { return first != nil }
        return host == .iisHTTPPlatform && first.modules.lowercased().contains("httpplatformhandler")
            && first.verb == "*"
    }
}

extension EndpointCheck {
    /// What a document holds of the endpoint, as short phrases for people.
    func summary(of config: WebConfig) -> [String] {
        let isReached = config.handlers.contains { $0.path == "ptvsd" } && has(.handler, config)
        let webSocket = config.webServer.flatMap { $0.children("webSocket") }.first
        return [
            has(.secret, config) ? "secret" : nil,
            host == .iisFastCGI && has(.debuggerAddress, config) ? "debugger address" : nil,
            isReached ? "proxy handler" : nil,
            host == .iisHTTPPlatform && has(.agent, config) ? "site agent in front" : nil,
            !config.rules.isEmpty && has(.stopRule, config) ? "rewrite rule" : nil,
            webSocket.map { $0["enabled"]?.lowercased() != "false" } == true ? "web sockets" : nil,
        ].compactMap(\.self)
    }
}

extension EndpointCheck.Part {
    /// The part as a sentence names it.
    var title: String {
        switch self {
        case .secret: "the secret"
        case .debuggerAddress: "the setting 'WSGI_PTVSD_ADDRESS'"
        case .handler: "a handler for 'ptvsd' ahead of the others"
        case .sessionsHandler: "a handler for 'ptvsd/*' ahead of the others"
        case .agent: "the site agent in 'httpPlatform'"
        case .stopRule: "the rewrite rule 'ptvsd' ahead of the others"
        }
    }
}

extension [EndpointCheck.Part] {
    /// The parts in one phrase.
    var titles: String { map(\.title).joined(separator: ", ") }
}
