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
    package mutating func complete(from config: WebConfig, rootFiles siteFiles: Set<String>) {
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
                ?? pythonPath.flatMap { $0.split(separator: ";").first.map(String.init) }.flatMap {
                    Self.isAbsolute($0) ? Self.withoutTrailingSeparator($0) : nil
                }
        }
    }

    /// The Python beside a program such as `…\Scripts\waitress-serve.exe`.
    private static func interpreter(beside program: String) -> String? {
        let folder = folder(of: program)
        return folder.isEmpty ? nil : folder + "\\python.exe"
    }

    private static func isAbsolute(_ path: String) -> Bool {
        let start = path.prefix(3)
        return start.dropFirst().hasPrefix(":\\") || start.dropFirst().hasPrefix(":/")
            || path.hasPrefix("\\\\")
            || (path.hasPrefix("%") && path.dropFirst().contains("%"))
    }

    private static func name(of path: String) -> String {
        path.split(whereSeparator: { $0 == "\\" || $0 == "/" }).last.map(String.init) ?? ""
    }

    private static func folder(of path: String) -> String {
        guard let mark = path.lastIndex(where: { $0 == "\\" || $0 == "/" }) else { return "" }
        return String(path[..<mark])
    }

    private static func withoutTrailingSeparator(_ path: String) -> String {
        var path = path
        while path.last == "\\" || path.last == "/" { path.removeLast() }
        return path
    }
}
