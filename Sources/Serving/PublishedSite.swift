package import Diagnostics
import Files
package import SystemPackage
package import WebConfiguration
import XMLDocumentTransform

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A published folder, read and nothing else: its configuration files and the names of what stands in it.
package struct PublishedSite: Sendable {
    /// The absolute path of the folder.
    package let root: FilePath
    /// How it is called in diagnostics.
    package let name: String
    /// Its `web.config`; nil without one.
    package let config: WebConfig?
    /// The file's name as it is spelled on disk.
    let configName: String?
    /// The `web.config` files below: folder relative to the site → document.
    let folderConfigs: [(path: String, config: WebConfig)]
    /// What its agent is told; nil without the debug endpoint.
    let settings: AgentFacts?
    /// The names in the folder.
    let names: [String]

    /// What matters here of `ptvsd/settings.json`.
    struct AgentFacts: Sendable, Decodable {
        var buildID: String?
        var command: [String]?
        var shell: String?
    }

    /// Reads a published folder.
    ///
    /// - Parameters:
    ///   - root: The folder. Absolute.
    ///   - name: How it is called in diagnostics.
    /// - Throws: A `Failure` when there is no folder or a configuration file is malformed.
    package init(_ root: FilePath, name: String) throws(Failure) {
        self.root = root
        self.name = name
        names = try Folder.names(in: root)
        guard !names.isEmpty else {
            throw Failure(
                .badInput, id: "site-empty", "there is nothing in '\(name)'", at: .init(file: name),
                hint: "'ptvsd-publish' publishes a project")
        }
        configName = Self.configName(among: names)
        config = try configName.map { file throws(Failure) in
            try Self.read(root.appending(file), "\(name)/\(file)")
        }
        var folderConfigs: [(String, WebConfig)] = []
        try Self.find(in: root, below: "", name: name, &folderConfigs)
        self.folderConfigs = folderConfigs
        let facts = try? FileContents.read(root.appending("ptvsd").appending("settings.json"))
        settings = facts.flatMap { try? JSONDecoder().decode(AgentFacts.self, from: Data($0)) }
    }

    /// Whether the site agent was published with it.
    var hasAgent: Bool { FileKind(of: root.appending("ptvsd").appending("__main__.py")) == .regular }

    /// The files that decide how it is served: when one of them changes, its host starts it anew.
    package var decisiveFiles: [FilePath] {
        let configs =
            [configName].compactMap(\.self)
            + folderConfigs.map { $0.config.file.dropFirst(name.count + 1) }.map(String.init)
        return (configs + ["ptvsd/settings.json"]).map { root.appending(FilePath($0).components) }
    }

    /// The host that its configuration points to.
    package var hostKind: HostKind? { config == nil ? .linux : config?.hostKind }

    /// Whether nothing in it can tell how it is started, when it stands in for `host`: on Linux the host is told that,
    /// and a site agent is the only one that is told in the site's files.
    package func needsStartCommand(as host: HostKind?) -> Bool {
        (host ?? hostKind) == .linux && !hasAgent
    }

    /// The host that it is served as.
    package func host(as options: ServeOptions) -> HostKind {
        options.startCommand == nil ? options.host ?? hostKind ?? .linux : .linux
    }

    private static func configName(among names: [String]) -> String? {
        names.first { $0 == "web.config" } ?? names.first { $0.lowercased() == "web.config" }
    }

    private static func read(_ path: FilePath, _ name: String) throws(Failure) -> WebConfig {
        try WebConfig(parsing: FileContents.read(path), file: name)
    }

    /// Finds the configuration files of folders, those of the debugger excepted, which has none.
    private static func find(
        in folder: FilePath, below path: String, name: String, _ found: inout [(String, WebConfig)]
    ) throws(Failure) {
        for entry in try Folder.names(in: folder) {
            let child = folder.appending(entry)
            guard !["_vendored", "__pycache__", "node_modules", ".git"].contains(entry),
                FileKind(of: child, followingLinks: false) == .folder
            else { continue }
            let below = path.isEmpty ? entry : "\(path)/\(entry)"
            if let file = configName(among: try Folder.names(in: child)) {
                found.append((below, try read(child.appending(file), "\(name)/\(below)/\(file)")))
            }
            try find(in: child, below: below, name: name, &found)
        }
    }
}
