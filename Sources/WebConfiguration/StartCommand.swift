package import Projects

/// How the site's own process is started on Linux.
package enum StartCommand: Sendable, Hashable {
    /// Arguments; `{port}` and `{python}` are filled in by the agent.
    case arguments([String])
    /// A line for the shell, as a user or a `Procfile` gives it.
    case shell(String)

    /// The command for a project that names none: the application server its framework is used with.
    ///
    /// A paused worker must not be killed, so gunicorn gets one worker without a time limit, and threads
    /// so that the site goes on answering (gunicorn settings `timeout`, `workers`, `threads`).
    ///
    /// Nil when nothing tells which application to serve.
    package init?(for project: Project) {
        guard let application = project.application else { return nil }
        let paths = project.searchPaths.map(\.description).joined(separator: ",")
        self = .arguments(
            application.isASGI
                ? ["{python}", "-m", "uvicorn"]
                    + project.searchPaths.flatMap { ["--app-dir", $0.description] }
                    + application.uvicornArguments + [
                        "--host", "127.0.0.1", "--port", "{port}",
                    ]
                : [
                    "{python}", "-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--timeout", "0", "--workers",
                    "1",
                    "--threads", "8",
                ] + (paths.isEmpty ? [] : ["--pythonpath", paths]) + [
                    "\(application.module):\(application.callable)"
                ])
    }

    /// The command as a person would type it.
    package var description: String {
        switch self {
        case .arguments(let arguments):
            arguments.map { $0 == "{python}" ? "python" : $0 == "{port}" ? "$PORT" : $0 }
                .map { $0.hasSuffix(":{port}") ? $0.dropLast(6) + "$PORT" : $0 }.joined(separator: " ")
        case .shell(let line): line
        }
    }
}

/// The file in which a site names its processes, one `name: command` a line.
enum Procfile {
    /// The command of the process type `web`, and its 1-based line; nil when there is none.
    static func web(in text: String) -> (command: String, line: Int)? {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            guard let mark = line.firstIndex(of: ":"), line[..<mark].trimmingWhitespace() == "web" else {
                continue
            }
            let command = line[line.index(after: mark)...].trimmingWhitespace()
            return command.isEmpty ? nil : (String(command), index + 1)
        }
        return nil
    }
}

extension ApplicationReference {
    /// The application as uvicorn takes it: a function that makes one needs `--factory`.
    var uvicornArguments: [String] {
        guard callable.hasSuffix("()") else { return ["\(module):\(callable)"] }
        return ["--factory", "\(module):\(callable.dropLast(2))"]
    }

    /// The application as waitress takes it: a function that makes one needs `--call`.
    var waitressArguments: [String] {
        guard callable.hasSuffix("()") else { return ["\(module):\(callable)"] }
        return ["--call", "\(module):\(callable.dropLast(2))"]
    }
}

extension Substring {
    /// The text without white space at its ends.
    func trimmingWhitespace() -> Substring {
        let start = drop(while: \.isWhitespace)
        return start.prefix(
            upTo: (start.lastIndex { !$0.isWhitespace }).map(start.index(after:)) ?? start.startIndex)
    }
}
