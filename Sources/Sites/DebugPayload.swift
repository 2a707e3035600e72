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
    /// - Parameter files: The site's files.
    /// - Returns: A note that says where it was found; nil when it has none.
    package static func ownDebugger(among files: [SiteFile]) -> Diagnostic? {
        for file in files {
            let names = file.path.components
            if names.count == 2, names[0] == "debugpy", names[1] == "__init__.py" {
                return note("brings a 'debugpy' package", file)
            }
            if names.count == 1, names[0].lowercased() == "requirements.txt", requiresDebugger(file) {
                return note("requires debugpy in '\(file.path)'", file)
            }
        }
        return nil
    }

    private static func note(_ reason: String, _ file: SiteFile) -> Diagnostic {
        .note(
            "own-debugger", "the site \(reason), which is used instead of the usual debugger",
            at: file.source.map { .init(file: $0) },
            hint: "remove it from the site to publish with the tested version")
    }

    private static func requiresDebugger(_ file: SiteFile) -> Bool {
        let text: String?
        switch file.content {
        case .bytes(let bytes): text = String(decoding: bytes, as: UTF8.self)
        case .file(let path): text = try? FileContents.text(path)
        }
        return text?.split(whereSeparator: \.isNewline).contains { line in
            let requirement = line.drop { $0 == " " || $0 == "\t" }
            let name = requirement.prefix {
                $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "."
            }
            return name.lowercased() == "debugpy"
        } ?? false
    }
}
