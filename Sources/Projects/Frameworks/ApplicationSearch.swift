import Diagnostics
import Files
import SystemPackage

/// Finds the web application in the Python files of a site by looking at their top level.
struct ApplicationSearch {
    /// A candidate and the file it stands in.
    struct Find {
        /// The file.
        var path: String
        /// What stands there.
        var candidate: PythonModule.Candidate
    }

    /// The files that were looked at, the likeliest first.
    private(set) var paths: [String] = []
    /// What they hold.
    private(set) var modules: [String: PythonModule] = [:]
    /// The packages that the requirement files name.
    private(set) var requiredPackages: Set<String> = []

    private static let maximumFiles = 200
    private static let maximumSize = 4 << 20
    private static let usualNames = [
        "app.py", "application.py", "main.py", "wsgi.py", "asgi.py", "run.py", "server.py", "manage.py",
        "runserver.py",
    ]
    private static let innerNames = [
        "__init__.py", "app.py", "application.py", "main.py", "wsgi.py", "asgi.py",
    ]

    /// Looks at the likely files of a site.
    ///
    /// Files that cannot be read tell nothing; publishing them will fail with the reason.
    ///
    /// - Parameters:
    ///   - files: The site's files.
    ///   - startupFile: The file to look at before all others.
    init(in files: [Project.File], startupFile: SitePath?) {
        let sources = Dictionary(files.map { ($0.destination.description, $0.source) }) { first, _ in first }
        let python = files.map(\.destination).filter { Self.isCandidate($0) }.sorted()
        let ranked = python.map { (rank: Self.rank($0), path: $0) }
            .sorted { ($0.rank, $0.path) < ($1.rank, $1.path) }
        let first = startupFile.map { [$0.description] } ?? []
        let likely =
            first.filter { sources[$0] != nil }
            + ranked.map(\.path.description).filter { !first.contains($0) }
        paths = Array(likely.prefix(Self.maximumFiles))
        for path in paths {
            guard let source = sources[path],
                let text = try? FileContents.read(source, limit: Self.maximumSize)
            else {
                continue
            }
            modules[path] = PythonModule(source: text)
        }
        for (name, read) in Self.requirementFiles {
            guard let source = sources[name], let text = try? FileContents.text(source) else { continue }
            requiredPackages.formUnion(read(text))
        }
    }

    /// The candidates, the best first: by how sure they are, then by the rank of their file and their name.
    var finds: [Find] {
        paths.enumerated().flatMap { rank, path in
            (modules[path]?.candidates ?? []).map { (rank, Find(path: path, candidate: $0)) }
        }.sorted { left, right in
            (left.1.candidate.kind, left.0, Self.rank(ofName: left.1.candidate.name))
                < (right.1.candidate.kind, right.0, Self.rank(ofName: right.1.candidate.name))
        }.map(\.1)
    }

    /// The settings module that `manage.py` or another file sets.
    var djangoSettingsModule: String? {
        let ordered = paths.filter { $0 == "manage.py" } + paths
        return ordered.lazy.compactMap { modules[$0]?.djangoSettingsModule }.first
    }

    /// The framework that settings, requirements and imports speak of, in this order.
    var mentionedFramework: Framework? {
        if modules["manage.py"]?.djangoSettingsModule != nil { return .django }
        if let framework = FrameworkPackages.framework(in: requiredPackages) { return framework }
        return paths.lazy.compactMap { modules[$0]?.importedFramework }.first
    }

    /// The module name of a Python file of the site, as seen from the root or from `src`.
    static func moduleName(of path: String) -> String {
        var components = path.split(separator: "/").map(String.init)
        if components.count > 1, components[0] == "src" { components.removeFirst() }
        let stem = WellKnownProperties.stem(components.removeLast())
        if stem != "__init__" || components.isEmpty { components.append(stem) }
        return components.joined(separator: ".")
    }

    private static let requirementFiles: [(String, @Sendable (String) -> Set<String>)] = [
        ("requirements.txt", { RequiredPackages.names(inRequirements: $0) }),
        ("pyproject.toml", { RequiredPackages.names(inPyproject: $0) }),
    ]

    private static func isCandidate(_ path: SitePath) -> Bool {
        let name = path.name.lowercased()
        guard name.hasSuffix(".py"), path.components.count <= (path.components[0] == "src" ? 3 : 2) else {
            return false
        }
        return !name.hasPrefix("test_") && !name.hasSuffix("_test.py") && name != "setup.py"
            && name != "conftest.py" && !["tests", "test", "docs", "ptvsd"].contains(path.components[0])
    }

    private static func rank(_ path: SitePath) -> Int {
        let inSource = path.components[0] == "src" && path.components.count > 1
        let depth = path.components.count - (inSource ? 1 : 0)
        let names = depth == 1 ? usualNames : innerNames
        let base = (inSource ? 200 : 0) + (depth == 1 ? 0 : 20)
        // Other files come after all usual ones.
        return names.firstIndex(of: path.name).map { base + $0 } ?? base + 100
    }

    private static func rank(ofName name: String) -> Int {
        ["app", "application", "wsgi_app", "api", "server"].firstIndex(of: name) ?? 9
    }
}
