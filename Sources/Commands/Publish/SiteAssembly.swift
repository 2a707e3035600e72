import Diagnostics
import Projects
import Sites
import SystemPackage
import WebConfiguration

/// Brings together the files of a project, its generated configuration and the debug payload.
struct SiteAssembly {
    let project: Project
    let configuration: SiteConfiguration
    let debugger: DebuggerOptions
    let context: Context

    /// Decides which bytes go where.
    ///
    /// - Parameters:
    ///   - facts: What the report says beside the files.
    ///   - destination: The folder or zip that the site goes to; nil for a server.
    ///   - memory: Digests of earlier runs; afterwards those of this one.
    ///   - diagnostics: Where warnings and notes go.
    /// - Returns: The plan.
    /// - Throws: A `Failure` when files collide, cannot be read, or the debugger cannot be had.
    func plan(
        facts: PublishFacts, destination: FilePath?, memory: inout DigestMemory,
        diagnostics: inout DiagnosticList
    ) async throws -> SitePlan {
        let isCaseSensitive = !configuration.host.isIIS
        let generated = Set(configuration.files.map { $0.path.description.lowercased() })
        var files: [SiteFile] = []
        var excluded = project.excluded
        var replaced: [String] = []
        let keepsOwnDebugger = configuration.debugging != nil && configuration.debugging?.settings == nil
        for file in project.files where !generated.contains(file.destination.description.lowercased()) {
            let name = sourceName(file.source)
            guard keepsOwnDebugger || file.destination.components[0].lowercased() != DebugPayload.folder
            else {
                replaced.append(name)
                excluded.append(.init(source: name, reason: "the folder 'ptvsd' is the debug endpoint's"))
                continue
            }
            files.append(SiteFile(file.destination, from: file.source, source: name))
        }
        if let first = replaced.first {
            diagnostics.add(
                .note(
                    "ptvsd-replaced",
                    "the project's own folder 'ptvsd' is not published (\(replaced.count) files)",
                    at: .init(file: first),
                    hint: "it held the retired debugger; remove its items from the project"))
        }
        files += configuration.files.map {
            SiteFile($0.path, bytes: $0.bytes, mode: $0.holdsSecret ? .ownerReadWrite : nil)
        }
        if configuration.debugging?.settings != nil {
            files += try await payload(for: files, diagnostics: &diagnostics)
        }
        var plan = try await SitePlan.make(
            files: files, facts: facts, excluded: excluded, isCaseSensitive: isCaseSensitive,
            destination: destination, memory: &memory)
        if var settings = configuration.debugging?.settings {
            settings.buildID = plan.buildID
            try plan.add(
                try SitePath(AgentSettings.path), bytes: try settings.encoded(),
                isCaseSensitive: isCaseSensitive)
        }
        return plan
    }

    /// The agent and the debugger.
    private func payload(
        for files: [SiteFile], diagnostics: inout DiagnosticList
    ) async throws -> [SiteFile] {
        let prefix = "site/ptvsd/"
        let agent = EmbeddedTemplates.files.filter { $0.key.hasPrefix(prefix) }
            .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
        let own = DebugPayload.ownDebugger(among: files)
        diagnostics.add(contentsOf: [own].compactMap(\.self))
        let wheel = own == nil ? try await wheelSource().wheel(&diagnostics) : nil
        return try DebugPayload.files(agent: Dictionary(uniqueKeysWithValues: agent), wheel: wheel)
    }

    private func wheelSource() throws -> WheelSource {
        let version = try debugger.debugpyVersion.map { text throws(Failure) in
            guard let version = DebuggerVersion(text) else {
                throw Failure(
                    .badInput, id: "debugpy-version", "'\(text)' is not a version of debugpy",
                    hint: "versions look like '\(DebuggerVersion.pinned.text)'")
            }
            return version
        }
        return WheelSource(
            file: debugger.debugpy.map(context.absolute), version: version,
            cache: try StateFolder.cache(environment: context.environment), python: debugger.python)
    }

    /// What a source is called in reports: relative to the project file's folder.
    private func sourceName(_ source: FilePath) -> String {
        var relative = source
        let folder = project.file?.removingLastComponent() ?? project.home
        return relative.removePrefix(folder) ? relative.string : source.string
    }
}
