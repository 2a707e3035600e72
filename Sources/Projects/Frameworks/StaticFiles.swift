package import Diagnostics
import Files

/// The static files of a Django site, which `manage.py collectstatic` gathers for the web server to find.
///
/// Visual Studio runs that when it publishes; it needs an interpreter with all that the site imports, so that here
/// the user is told to.
package struct StaticFiles {
    private let project: Project
    private let settings: Project.File
    private let source: String

    /// Looks at a project's settings; nil when it is no Django project or its settings are not among its files.
    ///
    /// - Parameter project: The project.
    /// - Throws: A `Failure` when the settings cannot be read.
    package init?(of project: Project) throws(Failure) {
        guard project.framework == .django, let module = project.djangoSettingsModule else { return nil }
        let path = module.split(separator: ".").joined(separator: "/")
        let candidates = ["\(path).py", "\(path)/__init__.py", "src/\(path).py"]
        guard
            let file = project.files.first(where: { candidates.contains($0.destination.description) })
        else { return nil }
        self.project = project
        settings = file
        source = try FileContents.text(file.source)
    }

    /// Says that files are to be collected and are not among those of the site; nil otherwise.
    package var finding: Diagnostic? {
        let lines = source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let line = lines.lastIndex(where: { Self.isAssignment($0) }) else { return nil }
        let folder = Self.folder(in: lines[line...])
        guard let folder, !folder.isEmpty else { return nil }
        let places = bases.map { ($0 + folder).lowercased() + "/" }
        guard
            !project.files.contains(where: { file in
                let path = file.destination.description.lowercased()
                return places.contains(where: path.hasPrefix)
            })
        else { return nil }
        let script = project.files.first { $0.destination.name == "manage.py" }?.destination.description
        return .note(
            "static-files-not-collected",
            "'\(folder)', where the settings collect static files ('STATIC_ROOT'), is not part of the site",
            at: .init(file: settings.destination.description, line: line + 1, column: 1),
            hint: "run 'python \(script ?? "manage.py") collectstatic --noinput' first"
                + (project.file == nil ? "" : " and add the folder to the project")
                + ", or after each publish on the server")
    }

    /// What `BASE_DIR` usually is: the folder around the settings' package, or around that of their parts.
    private var bases: Set<String> {
        let folders = settings.destination.components.dropLast()
        let above = [1, 2].map { folders.dropLast($0).map { $0 + "/" }.joined() }
        return Set(settings.destination.name == "settings.py" ? above.prefix(1) : above[...])
    }

    private static func isAssignment(_ line: Substring) -> Bool {
        guard line.hasPrefix("STATIC_ROOT") else { return false }
        let rest = line.dropFirst("STATIC_ROOT".count).drop { $0 == " " || $0 == "\t" }
        return rest.first == "=" || rest.first == ":"
    }

    /// The folder's name: the texts in the assigned expression, put together as `os.path.join` and `/` do.
    private static func folder(in lines: ArraySlice<Substring>) -> String? {
        var expression = ""
        var depth = 0
        for line in lines {
            let code = line.prefix { $0 != "#" }
            expression += code + "\n"
            depth += code.count { "([{".contains($0) } - code.count { ")]}".contains($0) }
            if depth <= 0, !code.hasSuffix("\\") { break }
        }
        var parts: [Substring] = []
        var rest = expression.drop { $0 != "=" }.dropFirst()
        while let start = rest.firstIndex(where: { $0 == "'" || $0 == "\"" }) {
            let text = rest[rest.index(after: start)...].prefix { $0 != rest[start] && $0 != "\n" }
            guard text.endIndex < rest.endIndex, rest[text.endIndex] == rest[start] else { return nil }
            // An absolute folder stands on the server: what is in it is nobody's business here.
            guard !text.hasPrefix("/"), !text.contains(":") else { return nil }
            parts += text.split { $0 == "/" || $0 == "\\" }.filter { $0 != "." && $0 != ".." }
            rest = rest[rest.index(after: text.endIndex)...]
        }
        return parts.joined(separator: "/")
    }
}
