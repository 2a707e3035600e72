import ArgumentParser
import Diagnostics
import Editors
import Files
import Projects
import SystemPackage
import Tunnel
import WebConfiguration

/// What `attach --launch-json` leaves in the project's folder: from then on F5 starts the bridge.
struct LaunchConfiguration: Sendable {
    /// The site's endpoint.
    let endpoint: Endpoint
    /// Where the sources are here, and where the site runs them.
    let mapping: PathMapping
    /// How the bridge is started.
    let options: AttachOptions
    /// The port that the bridge is to listen on.
    let port: Int
    let context: Context

    /// Writes the files and tells which.
    ///
    /// - Parameter speech: How it is told.
    /// - Throws: A `Failure` when a file is there already and cannot be used, or cannot be written.
    func write(_ speech: SpeechOptions) throws {
        let console = speech.console(context)
        let home = context.environment["HOME"].map { FilePath($0).lexicallyNormalized() }
        let workspace = VSCodeWorkspace(of: FilePath(mapping.localRoot), home: home)
        let attachment = attachment
        let outcomes = try workspace.merge(attachment, display: context.display)
        console.report(findings(attachment))
        guard speech.format == .text else {
            return try console.result(
                JSON.text(
                    Result(
                        configuration: attachment.configurationName, task: attachment.taskLabel,
                        workspace: workspace.folder.string,
                        files: outcomes.map { .init(path: $0.path.string, action: $0.action.rawValue) })))
        }
        let names = [attachment.taskLabel, attachment.configurationName]
        try console.result(
            Rows(zip(outcomes, names).map { (context.display($0.path), "\($0.action.rawValue): \"\($1)\"") })
                .text)
        // "." tells nobody which folder it is.
        let isHere = workspace.folder == context.currentFolder
        let folder = isHere ? workspace.folder.string : context.display(workspace.folder)
        console.progress(Rows([("Next", "open '\(folder)' in VS Code, and press F5")]).text)
    }

    private var attachment: VSCodeAttachment {
        VSCodeAttachment(
            site: endpoint.place + endpoint.site.path, localRoot: FilePath(mapping.localRoot),
            remoteRoot: mapping.remoteRoot, templates: templates, port: port, program: program,
            arguments: arguments)
    }

    /// The arguments of the bridge.
    ///
    /// The secret is never among them: the task finds it where this run did, in the project or in a file.
    private var arguments: [String] {
        // What the user says of the project's site has to be said each time.
        let site = (options.siteURL == nil ? [] : ["--site-url"]) + [endpoint.site.description]
        var arguments = ["attach"] + site + ["--port", "\(port)"]
        if let project = options.project.map(context.absolute), FileKind(of: project) == .regular {
            arguments += ["--project", project.string]
        }
        if let profile = options.profile { arguments += ["--profile", profile] }
        for (name, file) in [("--secret-file", options.secretFile), ("--ca-file", options.caFile)] {
            if let file { arguments += [name, context.absolute(file).string] }
        }
        if options.insecure { arguments.append("--insecure") }
        if let instance = options.instance { arguments += ["--instance", instance] }
        if let process = endpoint.process { arguments += ["--process", "\(process)"] }
        if options.timeout != AttachOptions.standardTimeout {
            arguments += ["--timeout", "\(options.timeout)"]
        }
        return arguments
    }

    /// The program as a task of the editor can start it: by its name where that leads to this very file.
    private var program: String {
        let called = CommandLine.arguments.first ?? "ptvsd-publish"
        guard called.contains("/") else { return called }
        let path = context.absolute(called)
        let name = path.lastComponent?.string ?? called
        let folders = (context.environment["PATH"] ?? "").split(separator: ":")
        let first = folders.lazy.map { context.absolute(String($0)).appending(name) }
            .first { FileKind(of: $0) == .regular }
        guard let first, let found = FileStatus(of: first), found.stamp == FileStatus(of: path)?.stamp else {
            return path.string
        }
        return name
    }

    private var templates: VSCodeAttachment.Templates? {
        let options = try? ProjectOptions.parse([options.project ?? mapping.localRoot])
        let workspace = options.flatMap { try? Workspace($0, context: context, mayLackWebConfig: true) }
        return switch workspace?.project.framework {
        case .django: .django
        case .flask, .starlette: .jinja
        case .bottle, .generic, nil: nil
        }
    }

    private func findings(_ attachment: VSCodeAttachment) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if options.secretFile == nil,
            (try? HiddenConfiguration(projectOptions(), siteURL: nil, context: context)) == nil
        {
            found.append(
                .warning(
                    "launch-json-secret", "the task has no secret: none is written into the editor's files",
                    hint: "give it with '--secret-file FILE', which is"))
        }
        if attachment.isRemoteRootTemporary {
            found.append(
                .note(
                    "launch-json-temporary",
                    "the site runs in '\(mapping.remoteRoot)', whose name changes with every deployment",
                    hint: "no path mapping is written; the bridge adds the right one whenever you attach"))
        }
        return found
    }

    private func projectOptions() throws -> ProjectOptions {
        try ProjectOptions.parse(
            [options.project ?? "."] + (options.profile.map { ["--profile=\($0)"] } ?? []))
    }

    /// The object of `--format json`.
    private struct Result: Encodable {
        var configuration: String
        var task: String
        var workspace: String
        var files: [File]

        struct File: Encodable {
            var path: String
            var action: String
        }
    }
}
