package import Diagnostics
import XMLDocumentTransform

/// Writes the text of `web.debug.config`: the transform that makes a site debuggable.
///
/// It is fitted to the `web.config` it will meet (where its handlers stand, whether it has rewrite rules), uses
/// only what Microsoft's engine understands as well, and gives the same result when it is applied twice.
package struct DebugTransform: Sendable {
    /// Who answers at `/ptvsd`.
    package enum Proxy: String, Sendable, CaseIterable {
        /// The site agent.
        case agent
        /// The original's ASP.NET handler, `Microsoft.PythonTools.WebRole.dll` in the site's `bin`.
        case ptvs
    }

    package var secret: Secret
    package var expiry: Expiry
    package var proxy: Proxy
    /// Whether the `webSocket` section is written.
    package var writesWebSocketSection: Bool
    package var paths: ServerPaths
    /// Where the debugger listens on the server.
    package static let debuggerAddress = "127.0.0.1:5678"

    /// Creates the wish for a transform.
    package init(
        secret: Secret, expiry: Expiry, proxy: Proxy = .agent, writesWebSocketSection: Bool = true,
        paths: ServerPaths = ServerPaths()
    ) {
        self.secret = secret
        self.expiry = expiry
        self.proxy = proxy
        self.writesWebSocketSection = writesWebSocketSection
        self.paths = paths
    }

    /// The transform's text for a site without a `web.config`.
    package func text() throws(Failure) -> String {
        try Template("configuration/web.debug.linux.config").filled(with: common)
    }

    /// The transform's text for a site that IIS runs.
    ///
    /// - Parameters:
    ///   - config: The `web.config` it will be applied to.
    ///   - host: How IIS runs the site.
    /// - Returns: The text.
    /// - Throws: A `Failure` when the configuration leaves no room for the endpoint.
    package func text(for config: WebConfig, host: HostKind) throws(Failure) -> String {
        switch host {
        case .linux: try text()
        case .iisFastCGI: try fastCGI(config)
        case .iisHTTPPlatform: try httpPlatform(config)
        }
    }

    private var common: Template.Values {
        Template.Values([
            "secret": Template.attribute(secret.revealed), "expires": expiry.text,
            "address": Self.debuggerAddress,
        ])
    }

    private func fastCGI(_ config: WebConfig) throws(Failure) -> String {
        try SectionsElsewhere.refuse(in: config, except: untouched)
        var values = common(for: config)
        values.texts[proxy.rawValue] = ""
        if proxy == .agent {
            if let own = config.platformCommand, !own.isEndpoint, !own.processPath.isEmpty {
                throw Failure(
                    .badInput, id: "http-platform-taken",
                    "'httpPlatform' already runs '\(own.processPath)'; a site can have only one",
                    at: config.httpPlatform?.location,
                    hint:
                        "use '--host iis-httpplatform' if that is the site, else remove it or use '--proxy ptvs'"
                )
            }
            let command = HTTPPlatformCommand.endpoint(
                agent: paths.agent, interpreter: try interpreter(config), debugger: Self.debuggerAddress)
            values.texts["processPath"] = Template.attribute(command.processPath)
            values.texts["arguments"] = Template.attribute(command.arguments)
        }
        return try Template("configuration/web.debug.iis-fastcgi.config").filled(with: values)
    }

    private func httpPlatform(_ config: WebConfig) throws(Failure) -> String {
        guard proxy == .agent else {
            throw Failure(
                .badInput, id: "proxy-host",
                "'--proxy ptvs' is for IIS FastCGI; this site's own process is behind the agent",
                at: config.httpPlatform?.location, hint: "leave the option out")
        }
        try SectionsElsewhere.refuse(in: config, except: untouched.union(["appSettings"]))
        guard let platform = config.httpPlatform, let written = config.platformCommand,
            !written.processPath.isEmpty
        else {
            throw Failure(
                .badInput, id: "http-platform-missing", "there is no 'httpPlatform' with a 'processPath'",
                at: config.httpPlatform?.location ?? config.root.location,
                hint: "'ptvsd-publish init --host iis-httpplatform' shows what one looks like")
        }
        let command = (written.unwrapped ?? written).wrapped(
            agent: paths.agent, interpreter: try interpreter(config))
        var values = common(for: config)
        values.texts["processPath"] = Template.attribute(command.processPath)
        values.texts["arguments"] = Template.attribute(command.arguments)
        values.texts["startupTimeLimit"] = String(
            max(platform["startupTimeLimit"].flatMap { Int($0) } ?? 0, 60))
        let first = config.handlers.first { $0.takesAll }
        values.texts["handlers"] =
            first?.modules.lowercased() == "httpplatformhandler" && first?.verb == "*" ? nil : ""
        // Those of an earlier result are as the agent needs them.
        values.lists["portVariables"] = (written.unwrapped == nil ? config.environmentVariables : [])
            .filter { PortText.wrapped($0.value) != $0.value }
            .map {
                [
                    "name": Template.attribute($0.name),
                    "value": Template.attribute(PortText.wrapped($0.value)),
                ]
            }
        return try Template("configuration/web.debug.iis-httpplatform.config").filled(with: values)
    }

    /// The sections that the endpoint leaves as they are.
    private var untouched: Set<String> {
        var names: Set<String> = writesWebSocketSection ? [] : ["webSocket"]
        if proxy == .ptvs { names.insert("httpPlatform") }
        return names
    }

    /// The values that both IIS hosts share: where the section stands, and what has to be overtaken.
    private func common(for config: WebConfig) -> Template.Values {
        var values = common
        let section = SectionPath(config, container: config.container)
        values.texts["xmlns"] = section.namespaceDeclaration
        values.texts["location"] = section.locationAttributes
        values.texts["insertHandler"] =
            config.handlers.contains { !$0.isEndpoint }
            ? section.insertBefore(["handlers", "add"]) : "Insert"
        let rules = SectionPath(config, container: config.rulesContainer)
        values.texts["insertRule"] = rules.insertBefore(["rewrite", "rules", "rule"])
        values.texts["rules"] = config.rewriteRules.isEmpty ? nil : ""
        values.texts["rulesLocation"] = config.rewriteRules.isEmpty ? nil : rules.locationAttributes
        values.texts["webSocket"] = writesWebSocketSection ? "" : nil
        return values
    }

    private func interpreter(_ config: WebConfig) throws(Failure) -> String {
        guard let interpreter = paths.interpreter else {
            throw Failure(
                .badInput, id: "site-python-unknown", "nothing says which Python runs on the server",
                at: config.httpPlatform?.location ?? config.root.location,
                hint: "name it with '--site-python PATH'")
        }
        return interpreter
    }
}
