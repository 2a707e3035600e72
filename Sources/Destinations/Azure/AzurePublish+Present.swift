import Azure
import Diagnostics
import Projects
import Sites
import WebConfiguration

extension AzurePublish {
    /// What Kudu leaves alone, whoever tells it to clear a site: source control, and how to build.
    private static let keptNames: Set = [".git", ".hg", ".deployment", "deploy.cmd"]
    /// What a server that builds the site puts there, each time anew.
    private static let builtNames: Set = ["output.tar.gz", "output.tar.zst", "oryx-manifest.toml"]

    /// Looks up what stands there that a publish has to delete and no manifest tells of: everything else where
    /// that is wanted, or the endpoint of somebody's earlier publish.
    ///
    /// - Parameter builds: Whether the server builds the site, and so starts from an empty folder.
    /// - Returns: The files; nil where the manifest tells all.
    /// - Throws: A `Failure` when they cannot be listed.
    mutating func present(builds: Bool) async throws -> AzureComparison.Present? {
        let root = AzureDestination.root
        guard options.deletesExtraFiles else {
            let isKnown = manifest?.files[AgentSettings.path] != nil
            guard !builds, !isKnown, try await hasEndpointToRemove() else { return nil }
            let tree = try await kudu.tree(below: "\(root)/\(DebugPayload.folder)") { _, _ in false }
            let files = tree.files.map { ("\(DebugPayload.folder)/\($0.key)", $0.value) }
            return .init(files: Dictionary(uniqueKeysWithValues: files), isWhole: false)
        }
        let folders = Set(plan.entries.flatMap(\.file.path.folders).map { fold($0.description) })
        let tree = try await kudu.tree(below: root) { [self] path, isFolder in
            let (parent, name) = split(path)
            if builds { return parent.isEmpty && Self.builtNames.contains(name) }
            // A folder that the site has not goes with what is in it, but for folders of source control.
            return Self.keptNames.contains(name.lowercased())
                && (isFolder || parent.isEmpty || folders.contains(fold(parent)))
        }
        if let first = tree.unread.first {
            let more = tree.unread.count - 1
            diagnostics.append(
                .warning(
                    "extra-files-unlisted",
                    "not every file that --delete-extra deletes is listed: '\(first)'"
                        + (more > 0 ? " and \(more) more folders were" : " was") + " not looked into",
                    hint: options.protected.isEmpty
                        ? "everything that does not belong to the site goes all the same"
                        : "what stands there stays, since something in it may be protected"))
        }
        return .init(files: tree.files, isWhole: tree.unread.isEmpty)
    }

    /// A name as the server tells it from others.
    private func fold(_ name: String) -> String { settings.isLinux ? name : name.lowercased() }

    private func split(_ path: String) -> (folder: String, name: String) {
        guard let mark = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<mark]), String(path[path.index(after: mark)...]))
    }
}
