import Diagnostics

/// The files that stand below a folder of the SCM site, found folder by folder: it lists no whole tree.
package struct RemoteTree: Sendable, Hashable {
    /// The sizes of the files in bytes, by their paths below the folder.
    package var files: [String: Int] = [:]
    /// Folders that were not looked into, since there are too many or they stand too deep.
    package var unread: [String] = []

    /// How many folders are looked into, one request each.
    package static let mostFolders = 1000
    /// How deep folders are looked into; a link may lead round in circles.
    package static let deepest = 32

    /// Creates a tree without anything.
    package init() {}
}

extension KuduClient {
    private struct Entry: Decodable {
        var name: String
        var size: Int?
        var mime: String?

        var isFolder: Bool { mime == "inode/directory" }
        /// Whether it is one that can stand in a path; shortcuts lead out of the home folder.
        var isUsable: Bool {
            mime != "inode/shortcut" && !["", ".", ".."].contains(name) && !name.contains("/")
                && !name.contains("\\")
        }
    }

    /// Lists the files below a folder.
    ///
    /// - Parameters:
    ///   - folder: Its path below the home folder, such as `site/wwwroot`.
    ///   - isSkipped: Whether the file or folder at a path is left out, with everything in it.
    /// - Returns: The files; nothing where there is no such folder.
    /// - Throws: A `Failure` when a folder cannot be listed.
    package func tree(
        below folder: String, isSkipped: (_ path: String, _ isFolder: Bool) -> Bool
    ) async throws -> RemoteTree {
        var tree = RemoteTree()
        var level = [""]
        var (depth, read) = (0, 0)
        while !level.isEmpty {
            let count = depth < RemoteTree.deepest ? min(level.count, RemoteTree.mostFolders - read) : 0
            tree.unread += level[count...]
            var next: [String] = []
            let listings = try await sideBySide(level[..<count]) { path in
                (path, try await entries(of: path.isEmpty ? folder : "\(folder)/\(path)"))
            }
            for (path, entries) in listings {
                for entry in entries where entry.isUsable {
                    let name = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
                    guard !isSkipped(name, entry.isFolder) else { continue }
                    if entry.isFolder { next.append(name) } else { tree.files[name] = entry.size ?? 0 }
                }
            }
            level = next.sorted()
            (depth, read) = (depth + 1, read + count)
        }
        return tree
    }

    private func entries(of folder: String) async throws -> [Entry] {
        let answer = try await send(WebRequest("GET", fileURL(folder + "/")))
        // It may be gone, or be a file by now.
        guard answer.status != 404, answer.status != 307 else { return [] }
        guard answer.status == 200, let entries = JSONBody.decoded([Entry].self, answer.body) else {
            throw unexpected(answer, "listing '\(folder)'")
        }
        return entries
    }
}
