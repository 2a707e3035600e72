package import Diagnostics
import SystemPackage
import WebConfiguration
import XMLDocumentTransform

extension ServePlan {
    /// Works out how a published site is to be served.
    ///
    /// - Parameters:
    ///   - site: The published folder.
    ///   - options: What the user says.
    ///   - diagnostics: Takes what is not understood, or has no effect here.
    /// - Throws: A `Failure` when something that the site needs has no counterpart on this machine.
    package init(
        _ site: PublishedSite, options: ServeOptions, diagnostics: inout DiagnosticList
    ) throws(Failure) {
        port = options.port
        root = site.root.string
        buildID = site.settings?.buildID
        folders = []
        let host = options.startCommand == nil ? options.host ?? site.hostKind : .linux
        switch (host, site.config) {
        case (.linux?, _):
            try makeLinux(site, options)
        case (nil, let config?):
            throw Failure(
                .badInput, id: "serve-host-unknown",
                "'\(config.file)' has no handler for Python, neither FastCgiModule nor httpPlatformHandler",
                at: config.root.location,
                hint: "give a start command with '--start-command', if it is not for IIS")
        case (_, nil):
            throw Failure(
                .badInput, id: "serve-config-missing",
                "'\(site.name)' has no web.config, which IIS would need",
                at: .init(file: site.name), hint: "publish it for IIS, or leave out '--host'")
        case (_, let config?):
            var found = DiagnosticList()
            makeIIS(site, config, options, &found)
            try found.failOnErrors()
            diagnostics.add(contentsOf: found.all)
        }
    }

    /// Whether `/ptvsd` leads to a debug endpoint.
    package var hasEndpoint: Bool {
        folders.flatMap(\.handlers).contains { $0.kind == .platform && $0.path == "ptvsd" }
            || platform.map { !$0.isShell && $0.command.count > 1 && Self.isAgent($0.command[1]) } == true
    }

    private static func isAgent(_ path: String) -> Bool {
        path == "ptvsd" || path.hasSuffix("/ptvsd") || path.hasSuffix("\\ptvsd")
    }

    private mutating func makeLinux(_ site: PublishedSite, _ options: ServeOptions) throws(Failure) {
        let everything = Handler(
            name: "start command", path: "*", verbs: [], resourceType: "Unspecified", kind: .platform)
        folders = [Folder(path: "", handlers: [everything])]
        startsAtOnce = true
        if let line = options.startCommand {
            platform = Program(
                name: "site", command: [line.replacing("{port}", with: "{{port}}")], isShell: true)
            return
        }
        guard site.hasAgent else {
            throw Failure(
                .badInput, id: "serve-command-missing",
                "nothing in '\(site.name)' says how it is started: it has no site agent",
                at: .init(file: site.name),
                hint: "give the command, such as --start-command 'python -m uvicorn main:app --port $PORT'")
        }
        guard site.settings?.command != nil || site.settings?.shell != nil else {
            throw Failure(
                .badInput, id: "serve-command-missing", "the site agent was not told how the site is started",
                at: .init(file: "\(site.name)/\(AgentSettings.path)"),
                hint: "publish with '--start-command', or give it here")
        }
        // The agent would listen on all interfaces, as a container's port must be.
        platform = Program(name: "site", command: ["{{python}}", "ptvsd", "--listen", "127.0.0.1:{{port}}"])
    }

    private mutating func makeIIS(
        _ site: PublishedSite, _ config: WebConfig, _ options: ServeOptions, _ found: inout DiagnosticList
    ) {
        let paths = LocalPaths(site, environment: options.environment)
        var table = HandlerTable(site: site, config: config, paths: paths)
        let levels = SiteFolders(site, config)
        rules = RewriteRule.all(in: levels.own, diagnostics: &found)
        for section in levels.own + levels.below.flatMap(\.sections) {
            found.add(contentsOf: FolderRules.findings(in: section))
        }
        for level in levels.below {
            for element in level.sections.flatMap({ $0.children("rewrite") }) {
                found.add(
                    .warning(
                        "serve-rewrite-ignored", "the rules of a folder below the site are not applied here",
                        at: element.location))
            }
        }
        folders = levels.rules().map { path, rules in
            Folder(
                path: path, handlers: table.handlers(rules, &found), hiddenSegments: rules.hidden,
                contentTypes: rules.types, defaultDocuments: rules.documents, headers: rules.headers)
        }
        applications = table.applications
        if let element = levels.own.flatMap({ $0.children("httpPlatform") }).first {
            platform = Program(platform: element, paths: paths, diagnostics: &found)
            startsAtOnce = platform?.name == "site"
        } else if let handler = table.platformHandler {
            found.add(
                .error(
                    "serve-no-process",
                    "the handler '\(handler["name"] ?? "")' has no 'httpPlatform' to start",
                    at: handler.location))
        }
    }
}
