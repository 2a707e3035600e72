import Diagnostics
import Files
import Projects
import SystemPackage
import XMLDocumentTransform

extension SiteConfigurator {
    /// Makes an IIS site debuggable: renews the hidden file and applies it.
    func inject(
        into document: inout Document, _ config: WebConfig, _ host: HostKind,
        _ diagnostics: inout DiagnosticList
    ) throws(Failure) -> Injection {
        try checkProxy(diagnostics: &diagnostics)
        var transform = newTransform()
        transform.paths.complete(
            from: config, rootFiles: rootFileNames, isAzure: request.siteURL?.isAzure == true)
        let hidden = try hiddenFile(transform, host, &diagnostics) { transform throws(Failure) in
            try transform.text(for: config, host: host)
        }
        let debugConfig = try WebDebugConfig(parsing: hidden.bytes, file: files.name(hidden.path))
        if hidden.keepsEdits, let clean = try LeftoverTransform(config).text {
            // A file of the user's own may insert what an earlier result holds already.
            try document.apply(
                DocumentTransform(parsing: Array(clean.utf8), file: "web.release.config"), &diagnostics)
        }
        try document.apply(
            DocumentTransform(parsing: hidden.bytes, file: debugConfig.file), &diagnostics)
        document.holdsSecret = true
        if hidden.keepsEdits {
            diagnostics.add(
                contentsOf: [FrozenCommand(in: debugConfig)?.finding(comparedWith: config)].compactMap(\.self)
            )
        }
        let check = EndpointCheck(host: host, proxy: request.proxy, secret: transform.secret)
        let missing = check.missing(in: try document.config)
        if !missing.isEmpty {
            try report(missing, hidden, document, &diagnostics)
        }
        if request.webSocketSection == .auto, !request.writesWebSocketSection {
            diagnostics.add(
                .note(
                    "web-socket-section", "the 'webSocket' section was left out: a stock IIS has it locked",
                    hint:
                        "unlock it with 'appcmd unlock config -section:system.webServer/webSocket' and publish "
                        + "with '--web-socket-section always' to get keep-alive pings from IIS as well"))
        }
        return Injection(
            debugging: debugging(hidden, transform, host, startCommand: nil), check: check, missing: missing)
    }

    /// What is known after an IIS site was made debuggable.
    struct Injection {
        var debugging: SiteConfiguration.Debugging
        /// Tells whether a later transform spoils it.
        var check: EndpointCheck
        /// What is missing of the endpoint, because a user's edits left it out.
        var missing: [EndpointCheck.Part]
    }

    private func report(
        _ missing: [EndpointCheck.Part], _ hidden: SiteConfiguration.HiddenFile, _ document: Document,
        _ diagnostics: inout DiagnosticList
    ) throws(Failure) {
        let name = files.name(hidden.path)
        guard hidden.keepsEdits else {
            throw Failure(
                .badInput, id: "endpoint-incomplete",
                "the debug endpoint does not fit into '\(document.name)', which then lacks \(missing.titles)",
                at: .init(file: document.name))
        }
        diagnostics.add(
            .warning(
                "debug-config-without-endpoint",
                "'\(name)' was edited and no longer adds the debug endpoint: the site lacks \(missing.titles)",
                at: .init(file: name), hint: WebDebugConfig.regenerationHint))
    }

    /// Makes sure that what was put in is still there after the profile's transform.
    ///
    /// - Parameters:
    ///   - injection: What was put in.
    ///   - document: The document, which gets the summary of what it holds.
    ///   - transform: The name of the profile's transform; nil where none was applied.
    /// - Throws: A `Failure` that names the transform and what it spoils.
    func confirm(
        _ injection: Injection, in document: inout Document, after transform: String?
    ) throws(Failure) {
        let config = try document.config
        let lost = injection.check.missing(in: config).filter { !injection.missing.contains($0) }
        if let transform, !lost.isEmpty {
            throw Failure(
                .badInput, id: "endpoint-taken-out",
                "'\(transform)' takes the debug endpoint out again: the site then lacks \(lost.titles)",
                at: .init(file: transform),
                hint: "change single elements there, with a 'Match' locator, and not all that is around them")
        }
        document.changes += injection.check.summary(of: config)
    }

    /// The endpoint of a site that is started by a command.
    func linuxDebugging(
        _ host: HostKind, _ diagnostics: inout DiagnosticList
    ) throws(Failure) -> SiteConfiguration.Debugging {
        let command = try startCommand(&diagnostics)
        diagnostics.add(
            contentsOf: [
                try StartCommandCheck(command.description, at: nil).missingPackage(
                    in: project, isOnAzure: request.isOnAzure || request.siteURL?.isAzure == true,
                    files: files)
            ].compactMap(\.self))
        let transform = newTransform()
        let hidden = try hiddenFile(transform, host, &diagnostics) { transform throws(Failure) in
            try transform.text()
        }
        return debugging(hidden, transform, host, startCommand: command)
    }

    private func newTransform() -> DebugTransform {
        DebugTransform(
            secret: Secret(), expiry: request.lifetime.expiry(from: request.now), proxy: request.proxy,
            writesWebSocketSection: request.writesWebSocketSection, paths: request.serverPaths)
    }

    private func debugging(
        _ hidden: SiteConfiguration.HiddenFile, _ transform: DebugTransform, _ host: HostKind,
        startCommand: StartCommand?
    ) -> SiteConfiguration.Debugging {
        var settings: AgentSettings? = AgentSettings(
            secretSHA256: transform.secret.digest,
            expires: transform.expiry == .never ? nil : transform.expiry.text, buildID: "",
            configuration: request.configuration, host: host.rawValue,
            debuggerAddress: DebugTransform.debuggerAddress, siteURL: request.siteURL?.description)
        switch startCommand {
        case .arguments(let arguments)?: settings?.command = arguments
        case .shell(let line)?: settings?.shell = line
        case nil: break
        }
        if request.proxy == .ptvs { settings = nil }
        return SiteConfiguration.Debugging(
            attachURL: AttachURL(site: request.siteURL, secret: transform.secret), expiry: transform.expiry,
            hiddenFile: hidden, settings: settings, startCommand: startCommand)
    }

    /// The new contents of `web.debug.config`: written anew while its marker stands, else renewed in place.
    private func hiddenFile(
        _ transform: DebugTransform, _ host: HostKind, _ diagnostics: inout DiagnosticList,
        text: (DebugTransform) throws(Failure) -> String
    ) throws(Failure) -> SiteConfiguration.HiddenFile {
        let existing = try files.find(WebDebugConfig.fileName, in: project.home)
        let path = existing ?? project.home.appending(WebDebugConfig.fileName)
        guard !request.replacesHiddenFile, let existing, case let bytes = try FileContents.read(existing),
            !bytes.isEmpty
        else {
            return .init(path: path, bytes: Array(try text(transform).utf8), keepsEdits: false)
        }
        let current = try WebDebugConfig(parsing: bytes, file: files.name(existing))
        guard !current.isGenerated else {
            return .init(path: path, bytes: Array(try text(transform).utf8), keepsEdits: false)
        }
        if let place = current.originalProxy, request.proxy != .ptvs {
            throw Failure(
                .badInput, id: "debug-config-original-proxy",
                "'\(current.file)' brings the proxy of Visual Studio, which asks nobody for the secret",
                at: place,
                hint: "take the handler out, or delete the file and publish again")
        }
        if let other = current.madeFor, host.isIIS, other != host {
            throw Failure(
                .badInput, id: "debug-config-other-host",
                "'\(current.file)' was made for \(other.title), and the site is for \(host.title) now",
                at: current.platform?.location ?? .init(file: current.file),
                hint: "\(WebDebugConfig.regenerationHint), or say '--host \(other.rawValue)'")
        }
        if current.expiry == nil {
            diagnostics.add(
                .note(
                    "debug-config-without-end",
                    "'\(current.file)' does not say when the secret ends; the site agent knows",
                    at: .init(file: current.file), hint: WebDebugConfig.regenerationHint))
        }
        let renewed = try current.renewed(secret: transform.secret, expiry: transform.expiry)
        return .init(path: path, bytes: renewed, keepsEdits: !current.isGenerated)
    }

    /// Names of the files in the site's root, in lower case.
    private var rootFileNames: Set<String> {
        Set(project.files.filter { $0.destination.folder == nil }.map { $0.destination.name.lowercased() })
    }

    private func checkProxy(diagnostics: inout DiagnosticList) throws(Failure) {
        guard request.proxy == .ptvs else { return }
        let assembly = "bin/microsoft.pythontools.webrole.dll"
        guard project.files.contains(where: { $0.destination.description.lowercased() == assembly }) else {
            throw Failure(
                .badInput, id: "proxy-assembly-missing",
                "'--proxy ptvs' needs 'bin/Microsoft.PythonTools.WebRole.dll' among the site's files",
                hint: "add it to the project, or leave the option out to use the site agent")
        }
        // It lets everybody through to the debugger, so that the debugger itself must ask: ptvsd 3 did, debugpy does not.
        guard
            project.files.contains(where: { $0.destination.description.lowercased() == "ptvsd/__init__.py" })
        else {
            throw Failure(
                .badInput, id: "proxy-debugger-missing",
                "'--proxy ptvs' needs the project's own 'ptvsd' folder: its debugger asks for the secret, debugpy does not",
                hint: "add ptvsd 3.2 to the project, or leave the option out to use the site agent")
        }
    }

    private func startCommand(_ diagnostics: inout DiagnosticList) throws(Failure) -> StartCommand {
        if let line = request.startCommand {
            diagnostics.add(contentsOf: [StartCommandCheck(line, at: nil).finding].compactMap(\.self))
            return .shell(line)
        }
        if let procfile = project.files.first(where: { $0.destination.description == "Procfile" }),
            let process = Procfile.web(in: try FileContents.text(procfile.source))
        {
            let place = Diagnostic.Location(file: files.name(procfile.source), line: process.line, column: 1)
            diagnostics.add(
                contentsOf: [StartCommandCheck(process.command, at: place).finding].compactMap(\.self))
            return .shell(process.command)
        }
        guard let command = StartCommand(for: project) else {
            throw Failure(
                .badInput, id: "start-command-unknown", "nothing tells how to start the site",
                at: .init(file: project.file.map(files.name) ?? project.home.string),
                hint:
                    "give '--start-command \"gunicorn --bind 127.0.0.1:$PORT module:app\"', or '--host iis-fastcgi' for IIS"
            )
        }
        return command
    }
}
