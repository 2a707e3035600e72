package import Diagnostics
import Files
import Subprocess
package import SystemPackage

/// Whether git would give the hidden file away.
package enum GitStatus: Sendable, Equatable {
    /// It is not inside a work tree, or there is no git to ask.
    case outside
    /// Git leaves it alone.
    case ignored
    /// Git would add it with the next `git add`.
    case untracked
    /// It is in the repository already, whether or not a rule would leave new ones alone.
    case tracked(isIgnored: Bool)

    /// Asks the program `git` about what is at `path`, or will be.
    ///
    /// - Parameters:
    ///   - path: The file or folder.
    ///   - isFolder: Whether a folder is to be made there, in case there is nothing: some rules are for folders only.
    package init(of path: FilePath, isFolder: Bool = false) async {
        // The folders that it is to stand in may still have to be made.
        var folder = path.removingLastComponent()
        while FileKind(of: folder) != .folder, folder.removeLastComponent() {}
        var relative = path
        _ = relative.removePrefix(folder)
        let (place, name) = (folder.string, relative.string)
        let rulesFor = isFolder && FileKind(of: path) == nil ? name + "/" : name
        func succeeds(_ arguments: [String]) async -> Int32? {
            let result = try? await Subprocess.run(
                .name("git"), arguments: Arguments(["-C", place] + arguments),
                input: .none, output: .discarded, error: .discarded)
            guard case .exited(let code)? = result?.terminationStatus else { return nil }
            return Int32(code)
        }
        guard await succeeds(["rev-parse", "--is-inside-work-tree"]) == 0 else {
            self = .outside
            return
        }
        let isIgnored = await succeeds(["check-ignore", "--quiet", "--no-index", "--", rulesFor]) == 0
        if await succeeds(["--literal-pathspecs", "ls-files", "--error-unmatch", "--", name]) == 0 {
            self = .tracked(isIgnored: isIgnored)
        } else {
            self = isIgnored ? .ignored : .untracked
        }
    }

    /// What the user should know.
    ///
    /// - Parameters:
    ///   - name: How the user calls the file.
    ///   - line: What keeps git away from it; nil where that is up to the user.
    ///   - display: How a path is written for the user.
    /// - Returns: A note or a warning; nil where git leaves it alone.
    package func finding(name: String, line: GitIgnoreLine?, display: (FilePath) -> String) -> Diagnostic? {
        let ignore =
            line.map { "add the line '\($0.text)' to \(display($0.list))" }
            ?? "add it to the .gitignore of that repository"
        return switch self {
        case .outside, .ignored: nil
        case .untracked:
            .note(
                "debug-config-not-ignored", "git does not ignore '\(name)', which holds the secret",
                at: .init(file: name), hint: ignore)
        case .tracked(let isIgnored):
            .warning(
                "debug-config-tracked", "git tracks '\(name)', so the secret goes where the repository goes",
                at: .init(file: name),
                hint: "'git rm -r -f --cached -- \(name)'" + (isIgnored ? "" : ", and \(ignore)"))
        }
    }
}
