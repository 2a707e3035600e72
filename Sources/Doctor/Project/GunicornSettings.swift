/// What decides whether gunicorn lets a program stop at a breakpoint: its time limit, workers and threads.
///
/// Later ones win: the defaults, the configuration file, `GUNICORN_CMD_ARGS`, the command line (gunicorn's
/// documentation, "Configuration Overview").
struct GunicornSettings: Sendable, Hashable {
    /// Seconds until a silent worker is killed; 0 for never.
    var timeout = 30
    /// How many processes answer requests.
    var workers = 1
    /// Where the last of them was set, for the user.
    var source = "gunicorn's defaults"

    /// Reads a command.
    ///
    /// Nil when it does not start gunicorn.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - environment: The variables that the command sees.
    ///   - file: Reads a file of the project; nil where there is none.
    init?(command: [String], environment: [String: String], file: (String) -> String?) {
        guard
            let start = command.firstIndex(where: { word in
                let name = word.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last?.lowercased() ?? ""
                return name == "gunicorn" || name == "gunicorn.exe"
            })
        else { return nil }
        if let workers = environment["WEB_CONCURRENCY"].flatMap({ Int($0) }) {
            self.workers = workers
            source = "WEB_CONCURRENCY"
        }
        let arguments = Array(command[(start + 1)...])
        // The site agent puts that ahead of what the variable says (`ptvsd/child.py`).
        let more = ["--timeout", "0"] + ShellWords.split(environment["GUNICORN_CMD_ARGS"] ?? "")
        let named = Self.value("-c", "--config", in: arguments) ?? Self.value("-c", "--config", in: more)
        let name = named.map { $0.hasPrefix("file:") ? String($0.dropFirst(5)) : $0 } ?? "gunicorn.conf.py"
        if let text = file(name) { take(file: text, name: name) }
        take(arguments: more, "GUNICORN_CMD_ARGS")
        take(arguments: arguments, "the start command")
    }

    private mutating func take(arguments: [String], _ name: String) {
        if let number = Self.value("-t", "--timeout", in: arguments).flatMap({ Int($0) }) {
            timeout = number
            source = name
        }
        if let number = Self.value("-w", "--workers", in: arguments).flatMap({ Int($0) }) {
            workers = number
            source = name
        }
    }

    /// Plain assignments of numbers; what a file computes is not known before it runs.
    private mutating func take(file text: String, name: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let match = try? /^(timeout|workers)\s*=\s*(\d+)\s*(#.*)?$/.wholeMatch(in: line),
                let number = Int(match.2)
            else { continue }
            if match.1 == "timeout" { timeout = number } else { workers = number }
            source = "'\(name)'"
        }
    }

    /// The value of an option in any of its spellings: `-t 5`, `-t5`, `--timeout 5`, `--timeout=5`.
    private static func value(_ short: String, _ long: String, in arguments: [String]) -> String? {
        var found: String?
        for (index, argument) in arguments.enumerated() {
            if argument == short || argument == long {
                found = index + 1 < arguments.count ? arguments[index + 1] : found
            } else if argument.hasPrefix(long + "=") {
                found = String(argument.dropFirst(long.count + 1))
            } else if argument.hasPrefix(short), !argument.hasPrefix("--"), argument.count > short.count {
                found = String(argument.dropFirst(short.count))
            }
        }
        return found
    }
}
