package import Diagnostics
import Files
import Projects

/// The endpoint that a Debug publish adds to a site: the agent's files, and the debugger if the site has none.
package enum DebugPayload {
    /// The folder in the site's root that everything of it stands in.
    package static let folder = "ptvsd"
    /// The folder that the debugger stands in; the agent puts it on the module path where the site has none.
    package static let vendored = "ptvsd/_vendored"

    /// The files of the endpoint.
    ///
    /// - Parameters:
    ///   - agent: The agent's files: path below `ptvsd/` → text.
    ///   - wheel: The debugger; nil where the site has its own.
    /// - Returns: Generated files, sorted by path.
    /// - Throws: A `Failure` when a path is not one of a site.
    package static func files(agent: [String: String], wheel: DebuggerWheel?) throws(Failure) -> [SiteFile] {
        var files: [SiteFile] = []
        do {
            for (path, text) in agent {
                files.append(SiteFile(try SitePath("\(folder)/\(path)"), bytes: Array(text.utf8)))
            }
            for (path, bytes) in wheel?.files ?? [:] {
                files.append(SiteFile(try SitePath("\(vendored)/\(path)"), bytes: bytes))
            }
        } catch {
            throw Failure(.failed, id: "payload-path", "'\(error.text)' is not a path inside a site")
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Says that the site brings its own debugger, which then wins over ours.
    ///
    /// Only a package among the files counts: a line in `requirements.txt` is installed by some servers and not by
    /// others, and the agent takes ours only where the site's own cannot be imported.
    ///
    /// - Parameter files: The site's files.
    /// - Returns: A note that says where it was found; nil when it has none.
    package static func ownDebugger(among files: [SiteFile]) -> Diagnostic? {
        files.first { $0.path.components == ["debugpy", "__init__.py"] }.map { file in
            .note(
                "own-debugger",
                "the site brings a 'debugpy' package, which is used instead of the usual debugger",
                at: file.source.map { .init(file: $0) },
                hint: "remove it from the site to publish with the tested version")
        }
    }
}
