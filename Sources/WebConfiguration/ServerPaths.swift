/// Where things stand on an IIS server: the site's folder and its interpreter.
///
/// Taken from options where given, else from what the site's `web.config` says.
package struct ServerPaths: Sendable, Hashable {
    /// The physical path of the site, without a trailing separator; nil when nothing tells.
    package var root: String?
    /// The Python interpreter; nil when nothing tells.
    package var interpreter: String?

    /// Creates paths that a user gave.
    package init(root: String? = nil, interpreter: String? = nil) {
        self.root = root
        self.interpreter = interpreter
    }

    /// The agent's folder; relative, and so left to the process's working folder, when the root is unknown.
    package var agent: String { root.map { $0 + "\\ptvsd" } ?? "ptvsd" }

    /// Fills in what is missing from a `web.config`.
    ///
    /// - Parameters:
    ///   - config: The site's configuration before anything was injected.
    ///   - siteFiles: The names of the files in the site's root, to recognise a start-up file by.
    ///   - isAzure: Whether it is a site of Azure App Service, whose folder is known.
    package mutating func complete(
        from config: WebConfig, rootFiles siteFiles: Set<String>, isAzure: Bool = false
    ) {
        let command = config.platformCommand
        let inner = command?.unwrapped ?? (command?.isEndpoint == true ? nil : command)
        if interpreter == nil {
            let handler = config.handlers.first { $0.scriptProcessor != nil && !$0.isEndpoint }
            interpreter =
                handler?.scriptProcessor.flatMap(FastCGIApplication.init(scriptProcessor:))?.interpreter
                ?? inner.flatMap { $0.isPython ? $0.processPath : Self.interpreter(beside: $0.processPath) }
        }
        if root == nil {
            let pythonPath =
                config.appSetting("PYTHONPATH")?.value
                ?? config.environmentVariables.last { $0.name == "PYTHONPATH" }?.value
            let script = WindowsCommandLine.split(inner?.arguments ?? "").first { argument in
                Self.isAbsolute(argument) && siteFiles.contains(Self.name(of: argument).lowercased())
            }
            root =
                script.map(Self.folder(of:))
                ?? (isAzure ? Self.azureRoot : pythonPath.flatMap(Self.commonRoot(of:)))
        }
    }

    /// The folder of `PYTHONPATH` that all others are below; nil when there is no such one.
    private static func commonRoot(of pythonPath: String) -> String? {
        let folders = pythonPath.split(separator: ";").map(String.init).filter(isAbsolute).map(
            withoutTrailingSeparator)
        guard let root = folders.min(by: { $0.utf8.count < $1.utf8.count }) else { return nil }
        let isCommon = folders.allSatisfy { folder in
            folder.lowercased() == root.lowercased()
                || folder.lowercased().hasPrefix(root.lowercased() + "\\")
        }
        return isCommon ? root : nil
    }

    /// The Python beside a program such as `env\Scripts\waitress-serve.exe`, as virtual environments have it.
    private static func interpreter(beside program: String) -> String? {
        let folder = folder(of: program)
        return name(of: folder).lowercased() == "scripts" ? folder + "\\python.exe" : nil
    }

    private static func isAbsolute(_ path: String) -> Bool {
        let start = path.prefix(3)
        return start.dropFirst().hasPrefix(":\\") || start.dropFirst().hasPrefix(":/")
            || path.hasPrefix("\\\\")
            || (path.hasPrefix("%") && path.dropFirst().contains("%"))
    }

    static func name(of path: String) -> String {
        path.split(whereSeparator: { $0 == "\\" || $0 == "/" }).last.map(String.init) ?? ""
    }

    static func folder(of path: String) -> String {
        guard let mark = path.lastIndex(where: { $0 == "\\" || $0 == "/" }) else { return "" }
        return String(path[..<mark])
    }

    private static func withoutTrailingSeparator(_ path: String) -> String {
        var path = path
        while path.last == "\\" || path.last == "/" { path.removeLast() }
        return path
    }
}
