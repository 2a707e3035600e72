import Destinations
import Diagnostics
import Files
import Foundation
import Projects
import Sites
import SystemPackage
import Testing

/// A project, a target and a state folder of one test's own.
final class Publishing: Sendable {
    let folder: TemporaryFolder
    let state: StateFolder
    var project: FilePath { folder.path.appending("project") }
    var target: FilePath { folder.path.appending("target") }

    init() throws {
        folder = try TemporaryFolder()
        state = StateFolder(folder.path.appending("state"))
        try Folder.create(folder.path.appending("project"))
    }

    /// Plans a site of generated files, and of what stands below `project` under the names in `sources`.
    func plan(_ texts: [String: String] = [:], sources: [String] = [], modes: [String: FilePermissions] = [:])
        async throws -> SitePlan
    {
        var files = try texts.map {
            SiteFile(try SitePath($0.key), bytes: Array($0.value.utf8), mode: modes[$0.key])
        }
        files += try sources.map {
            SiteFile(try SitePath($0), from: FilePath(project.string + "/" + $0), source: $0)
        }
        var memory = DigestMemory()
        return try await SitePlan.make(
            files: files, facts: PublishFacts(project: "p", configuration: "Debug", host: "linux"),
            isCaseSensitive: true, memory: &memory)
    }

    func destination(_ path: FilePath? = nil) -> any PublishDestination {
        let path = path ?? target
        return path.extension == "zip"
            ? ZipDestination(path, name: "target", state: state)
            : FolderDestination(path, name: "target", project: project, home: nil, state: state)
    }

    @discardableResult
    func publish(
        _ plan: SitePlan, to path: FilePath? = nil, isDryRun: Bool = false, deletesExtraFiles: Bool = false,
        sparingAppData: Bool = false
    ) async throws -> PublishReport {
        var options = PublishOptions(
            isDryRun: isDryRun, deletesExtraFiles: deletesExtraFiles, time: "2026-01-01T00:00:00Z")
        options.protected.appData = sparingAppData
        return try await destination(path).publish(plan, options: options) { _ in }
    }

    /// Every path below a folder with its contents, links as `→ target`, folders only where they are empty.
    func tree(_ root: FilePath? = nil) throws -> [String: String] {
        let root = root ?? target
        var found: [String: String] = [:]
        func look(_ path: FilePath, _ prefix: String) throws {
            let names = try Folder.names(in: path)
            if names.isEmpty, !prefix.isEmpty { found[prefix] = "" }
            for name in names {
                let file = path.appending(name)
                switch FileKind(of: file, followingLinks: false) {
                case .folder: try look(file, prefix + name + "/")
                case .symbolicLink:
                    found[prefix + name] =
                        "→ " + (try FileManager.default.destinationOfSymbolicLink(atPath: file.string))
                default: found[prefix + name] = try FileContents.text(file)
                }
            }
        }
        if FileKind(of: root) == .folder { try look(root, "") }
        return found
    }
}

extension PublishReport {
    /// What happened to each file, without what stayed.
    var changes: [String: Action] {
        Dictionary(uniqueKeysWithValues: files.filter { $0.action != .keep }.map { ($0.path, $0.action) })
    }
}
