package import Diagnostics
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

    /// Asks the program `git` about the file at `path`, which need not exist.
    package init(of path: FilePath) async {
        func succeeds(_ arguments: [String]) async -> Int32? {
            let result = try? await Subprocess.run(
                .name("git"), arguments: Arguments(["-C", path.removingLastComponent().string] + arguments),
                input: .none, output: .discarded, error: .discarded)
            guard case .exited(let code)? = result?.terminationStatus else { return nil }
            return Int32(code)
        }
        let name = path.lastComponent?.string ?? path.string
        guard await succeeds(["rev-parse", "--is-inside-work-tree"]) == 0 else {
            self = .outside
            return
        }
        let isIgnored = await succeeds(["check-ignore", "--quiet", "--no-index", "--", name]) == 0
        if await succeeds(["ls-files", "--error-unmatch", "--", name]) == 0 {
            self = .tracked(isIgnored: isIgnored)
        } else {
            self = isIgnored ? .ignored : .untracked
        }
    }

    /// What the user should know, for a file that is called `name` from the current folder.
    package func finding(name: String) -> Diagnostic? {
        let file = name.split(separator: "/").last.map(String.init) ?? name
        // The hidden file's name says enough anywhere; another one is only meant where it is.
        let line = file.lowercased() == WebDebugConfig.fileName || name.hasPrefix("/") ? file : "/\(name)"
        let ignore = "add the line '\(line)' to .gitignore"
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
