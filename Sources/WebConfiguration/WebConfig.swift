package import Diagnostics
package import XMLDocumentTransform

/// What a `web.config` says, as far as publishing depends on it.
package struct WebConfig: Sendable {
    /// Its name in diagnostics.
    package let file: String
    /// The root element, `configuration`.
    package let root: XMLElement
    /// The element that holds the site's `system.webServer` section.
    package let container: Container
    /// Where the rewrite rules stand.
    let rulesContainer: Container

    /// Where a `system.webServer` section stands: at the root, or in a `location` for the site itself.
    package enum Container: Sendable, Hashable {
        case root
        /// A `location` whose `path` is absent, empty or `.`; the value is that of the attribute.
        case location(path: String?)
    }

    /// A handler mapping: `system.webServer/handlers/add`.
    package struct Handler: Sendable, Hashable {
        package var name: String
        package var path: String
        package var verb: String
        package var modules: String
        package var scriptProcessor: String?
        package var type: String?
        package var location: Diagnostic.Location

        /// Whether it belongs to the debug endpoint, of whichever tool.
        package var isEndpoint: Bool {
            name == "ptvsd" || name == "ptvsd-sessions" || path == "ptvsd" || path == "ptvsd/*"
        }

        /// Whether it takes every request.
        package var takesAll: Bool { path == "*" || path == "/*" }
    }

    /// A name and a value with the place of the element.
    package struct Setting: Sendable, Hashable {
        package var name: String
        package var value: String
        package var location: Diagnostic.Location
    }

    /// Reads a `web.config`.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - file: Its name in diagnostics.
    /// - Throws: A `Failure` when it is malformed or its root is not `configuration`.
    package init(parsing bytes: [UInt8], file: String) throws(Failure) {
        let root = try XMLElement(parsing: bytes, file: file)
        guard root.localName == "configuration" else {
            throw Failure(
                .badInput, id: "web-config-root", "the root element is '\(root.name)', not 'configuration'",
                at: root.location)
        }
        self.file = file
        self.root = root
        container = Self.container(of: ["handlers", "httpPlatform"], in: root)
        rulesContainer = Self.container(of: ["rewrite"], in: root)
    }

    /// Where the `system.webServer` section with one of `parts` stands; the root's counts first.
    private static func container(of parts: [String], in root: XMLElement) -> Container {
        func holds(_ element: XMLElement) -> Bool {
            element.children("system.webServer").contains { section in
                parts.contains { !section.children($0).isEmpty }
            }
        }
        guard !holds(root) else { return .root }
        let location = root.children("location").first { ["", "."].contains($0["path"] ?? "") && holds($0) }
        return location.map { .location(path: $0["path"]) } ?? .root
    }

    /// The sections `system.webServer` that count for the site.
    package var webServer: [XMLElement] { sections(in: container) }

    private func sections(in container: Container) -> [XMLElement] {
        switch container {
        case .root: root.children("system.webServer")
        case .location(let path):
            root.children("location").filter { $0["path"] == path }.flatMap {
                $0.children("system.webServer")
            }
        }
    }

    /// The handler mappings that hold, in order: those before the last `clear` are gone.
    package var handlers: [Handler] {
        let entries = webServer.flatMap { $0.children("handlers") }.flatMap(\.elements)
        let start = entries.lastIndex { $0.localName == "clear" }.map { $0 + 1 } ?? 0
        return entries[start...].filter { $0.localName == "add" }.map { add in
            Handler(
                name: add["name"] ?? "", path: add["path"] ?? "", verb: add["verb"] ?? "",
                modules: add["modules"] ?? "",
                scriptProcessor: add["scriptProcessor"], type: add["type"], location: add.location)
        }
    }

    /// The host that its handlers point to; nil when they are for another kind of site.
    package var hostKind: HostKind? {
        let candidates = handlers.filter { !$0.isEndpoint }
        func kind(_ handler: Handler) -> HostKind? {
            if handler.modules.lowercased().contains("fastcgimodule") { return .iisFastCGI }
            return handler.modules.lowercased().contains("httpplatformhandler") ? .iisHTTPPlatform : nil
        }
        return candidates.first { $0.takesAll && kind($0) != nil }.flatMap(kind) ?? candidates.compactMap(
            kind
        ).first
            ?? (httpPlatform == nil ? nil : .iisHTTPPlatform)
    }

    /// The element `httpPlatform`.
    package var httpPlatform: XMLElement? {
        webServer.flatMap { $0.children("httpPlatform") }.first
    }

    /// The process that `httpPlatform` starts, as the file has it.
    package var platformCommand: HTTPPlatformCommand? {
        httpPlatform.map {
            HTTPPlatformCommand(processPath: $0["processPath"] ?? "", arguments: $0["arguments"] ?? "")
        }
    }

    /// The environment variables that `httpPlatform` gives its process.
    package var environmentVariables: [Setting] {
        (httpPlatform?.children("environmentVariables") ?? []).flatMap { $0.children("environmentVariable") }
            .map { Setting(name: $0["name"] ?? "", value: $0["value"] ?? "", location: $0.location) }
    }

    /// The application settings in order; wfastcgi makes them environment variables.
    package var appSettings: [Setting] {
        root.children("appSettings").flatMap { $0.children("add") }
            .map { Setting(name: $0["key"] ?? "", value: $0["value"] ?? "", location: $0.location) }
    }

    /// The last value of an application setting, which is the one that holds.
    package func appSetting(_ name: String) -> Setting? {
        appSettings.last { $0.name == name }
    }

    /// The sections that hold the rewrite rules.
    var ruleSections: [XMLElement] {
        sections(in: rulesContainer).flatMap { $0.children("rewrite") }.flatMap { $0.children("rules") }
    }

    /// The rewrite rules that hold, in order.
    var rules: [XMLElement] {
        let entries = ruleSections.flatMap(\.elements)
        let start = entries.lastIndex { $0.localName == "clear" }.map { $0 + 1 } ?? 0
        return entries[start...].filter { $0.localName == "rule" }
    }

    /// The rewrite rules that hold and do not belong to the debug endpoint.
    package var rewriteRules: [XMLElement] {
        rules.filter { $0["name"] != "ptvsd" }
    }
}

extension XMLElement {
    /// The child elements called `name`, whatever their namespace.
    package func children(_ name: String) -> [XMLElement] {
        elements.filter { $0.localName == name }
    }
}
