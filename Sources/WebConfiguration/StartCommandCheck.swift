import Diagnostics

/// What keeps a start command that somebody wrote from working behind the site agent.
struct StartCommandCheck {
    private let line: String
    let words: [String]
    private let place: Diagnostic.Location?

    /// Prepares the check.
    ///
    /// - Parameters:
    ///   - line: The command as a shell gets it.
    ///   - place: Where it stands; nil for an option.
    init(_ line: String, at place: Diagnostic.Location?) {
        self.line = line
        self.place = place
        words = line.split { $0.isWhitespace || $0 == ";" || $0 == "&" || $0 == "|" }.map {
            $0.filter { $0 != "'" && $0 != "\"" }
        }
    }

    /// The application servers that listen where their arguments say, and how these say it.
    private static let servers = [
        "gunicorn": "--bind 127.0.0.1:$PORT", "uvicorn": "--port $PORT",
        "hypercorn": "--bind 127.0.0.1:$PORT",
        "daphne": "--port $PORT", "waitress-serve": "--port=$PORT", "waitress": "--port=$PORT",
        "flask": "--port $PORT", "fastapi": "--port $PORT", "granian": "--port $PORT",
        "runserver": "127.0.0.1:$PORT",
    ]
    private static let bindings = ["--bind", "-b", "--port", "-p", "--listen"]

    /// The application server among the words.
    var server: String? {
        words.lazy.compactMap { $0.split(separator: "/").last.map(String.init) }.first {
            Self.servers[$0] != nil
        }
    }

    private var namesPort: Bool {
        ["$PORT", "${PORT", "$HTTP_PLATFORM_PORT", "${HTTP_PLATFORM_PORT", "{port}"].contains(
            where: line.contains)
    }

    /// What is wrong: the agent waits until the site listens at the port that it chose; nil when nothing is.
    var finding: Diagnostic? {
        guard !namesPort else { return nil }
        let consequence = "the site agent chooses a port and waits until the site listens there"
        guard let server, let argument = Self.servers[server] else {
            return .note(
                "start-command-port",
                "the start command does not name '$PORT': \(consequence)", at: place,
                hint: "make sure that the program reads the variable PORT, or give '$PORT' to it")
        }
        if server == "gunicorn", !words.contains(where: isBinding) { return nil }  // It takes PORT by itself.
        return .warning(
            "start-command-port",
            "'\(server)' is not told to listen at '$PORT': \(consequence)", at: place,
            hint: "write '\(argument)' in the start command")
    }

    private func isBinding(_ word: String) -> Bool {
        Self.bindings.contains { option in
            word == option || word.hasPrefix(option + "=")
                || !option.hasPrefix("--") && word.hasPrefix(option) && !word.hasPrefix("--")
        }
    }
}
