import Diagnostics
import SystemPackage
import WebConfiguration
import XMLDocumentTransform

extension ServePlan.Program {
    /// The process of an element `httpPlatform`.
    ///
    /// - Parameters:
    ///   - element: The element.
    ///   - paths: Where the server's paths are here.
    ///   - diagnostics: Takes what has no place on this machine.
    init(platform element: XMLElement, paths: LocalPaths, diagnostics: inout DiagnosticList) {
        let command = HTTPPlatformCommand(
            processPath: element["processPath"] ?? "", arguments: element["arguments"] ?? "")
        name = command.isEndpoint ? "agent" : "site"
        self.command = LocalCommand(element, paths: paths, diagnostics: &diagnostics).words
        // Defaults and limits of the HttpPlatformHandler configuration reference.
        startupSeconds = element["startupTimeLimit"].flatMap { Int($0) } ?? 10
        failuresPerMinute = element["rapidFailsPerMinute"].flatMap { Int($0) } ?? 10
        environment = Self.environment(
            element.children("environmentVariables").flatMap { $0.children("environmentVariable") }, paths,
            &diagnostics)
    }

    /// Variables with the values they have on this machine.
    static func environment(
        _ elements: [XMLElement], _ paths: LocalPaths, _ diagnostics: inout DiagnosticList
    ) -> [String: String] {
        var variables: [String: String] = [:]
        for element in elements {
            guard let name = element["name"], !name.isEmpty else { continue }
            let place = LocalCommand.place(of: "value", in: element)
            variables[name] = value(element["value"] ?? "", of: name, at: place, paths, &diagnostics)
        }
        return variables
    }

    /// A variable's or setting's value on this machine.
    static func value(
        _ text: String, of name: String, separator: String = ":", at place: Diagnostic.Location,
        _ paths: LocalPaths,
        _ diagnostics: inout DiagnosticList
    ) -> String {
        guard !["PYTHONPATH", "PATH"].contains(name.uppercased()) else {
            let list = paths.list(text)
            for entry in list.foreign {
                diagnostics.add(
                    .warning(
                        "serve-path-foreign", "'\(entry)' in '\(name)' is not on this machine", at: place))
            }
            return list.local.joined(separator: separator)
        }
        let value = paths.localized(text)
        if LocalPaths.isAbsolute(value) {
            // The value is not shown: it may be longer than a path, and a secret.
            diagnostics.add(
                .warning(
                    "serve-path-kept", "'\(name)' is a path of the server, and stays as it is", at: place))
        }
        return value
    }
}

extension ServePlan.Application {
    /// wfastcgi's own, when the settings name none.
    private static let usualRestartPattern = #".*((\.py)|(\.config))$"#

    /// The application of a FastCGI handler.
    ///
    /// - Parameters:
    ///   - handler: The element `add` with a `scriptProcessor`.
    ///   - site: The published site.
    ///   - config: Its `web.config`.
    ///   - paths: Where the server's paths are here.
    ///   - diagnostics: Takes an error where the application is not wfastcgi.
    init(
        handler: XMLElement, site: PublishedSite, config: WebConfig, paths: LocalPaths,
        diagnostics: inout DiagnosticList
    ) {
        let place = LocalCommand.place(of: "scriptProcessor", in: handler)
        let processor = handler["scriptProcessor"] ?? ""
        var words =
            FastCGIApplication(scriptProcessor: processor).map { WindowsCommandLine.split($0.arguments) }
            ?? []
        options = Array(words.prefix { $0.hasPrefix("-") })
        words.removeFirst(options.count)
        let file = words.isEmpty ? "" : words.removeFirst()
        let interpreter = FastCGIApplication(scriptProcessor: processor)?.interpreter ?? ""
        if !HTTPPlatformCommand.isPython(interpreter)
            || file.split(whereSeparator: { $0 == "\\" || $0 == "/" }).last?.lowercased() != "wfastcgi.py"
        {
            diagnostics.add(
                .error(
                    "serve-fastcgi-unknown",
                    "'\(processor)' is not Python with wfastcgi, which alone is run here",
                    at: place,
                    hint: "'scriptProcessor' is 'python.exe|wfastcgi.py' with their paths on the server"))
        }
        let local = paths.relative(file) ?? paths.localized(file)
        script = local.hasPrefix(site.root.string + "/") ? local : nil
        arguments = words
        configuration = site.configName ?? "web.config"
        program = ServePlan.Program(name: "site", command: [])
        let definition = Self.definition(interpreter: interpreter, arguments: processor, in: config)
        program.failuresPerMinute = definition?["rapidFailsPerMinute"].flatMap { Int($0) } ?? 10
        program.environment = ServePlan.Program.environment(
            (definition?.children("environmentVariables") ?? []).flatMap {
                $0.children("environmentVariable")
            }, paths,
            &diagnostics)
        settings = Self.settings(config, paths, &diagnostics)
        restartPattern = config.appSetting("WSGI_RESTART_FILE_REGEX")?.value ?? Self.usualRestartPattern
    }

    /// The settings whose values are others on this machine; wfastcgi expands `%NAME%` in one of them only, by itself.
    private static func settings(
        _ config: WebConfig, _ paths: LocalPaths, _ diagnostics: inout DiagnosticList
    ) -> [String: String] {
        var settings: [String: String] = [:]
        for setting in config.appSettings {
            let name = setting.name.filter { !$0.isWhitespace }
            let value: String
            switch name.uppercased() {
            // Its log is shown instead.
            case "WSGI_LOG": continue
            case "WSGI_PTVSD_ADDRESS": value = LocalCommand.ownPort(setting.value)
            case "PYTHONPATH":
                // wfastcgi splits it at semicolons everywhere.
                value = ServePlan.Program.value(
                    setting.value, of: name, separator: ";", at: setting.location, paths, &diagnostics)
            default:
                value = ServePlan.Program.value(
                    setting.value, of: name, at: setting.location, paths, &diagnostics)
            }
            if value != setting.value { settings[name] = value }
        }
        return settings
    }

    /// The element of IIS's section `fastCgi` that belongs to a handler, where the site has one.
    private static func definition(interpreter: String, arguments processor: String, in config: WebConfig)
        -> XMLElement?
    {
        let arguments = FastCGIApplication(scriptProcessor: processor)?.arguments
        return config.webServer.flatMap { $0.children("fastCgi") }.flatMap { $0.children("application") }
            .first {
                $0["fullPath"]?.lowercased() == interpreter.lowercased()
                    && ($0["arguments"] ?? "").lowercased() == arguments?.lowercased()
            }
    }
}
