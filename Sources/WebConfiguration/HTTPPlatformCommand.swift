/// The process that `httpPlatform` starts, and the same process behind the site agent.
///
/// IIS expands environment variables, `%HTTP_PLATFORM_PORT%` among them, before it starts the process
/// (HttpPlatformHandler configuration reference), so the wrapped command carries `{port}` instead: the agent
/// puts the port in that the site's own process is to listen on.
package struct HTTPPlatformCommand: Sendable, Hashable {
    /// The program.
    package var processPath: String
    /// Its arguments as one text.
    package var arguments: String

    /// Creates a command.
    package init(processPath: String, arguments: String) {
        self.processPath = processPath
        self.arguments = arguments
    }

    /// What an agent's arguments go on with behind its path.
    private static let listen = " --listen 127.0.0.1:\(PortText.variable)"

    /// Whether the program is a Python interpreter, by its name.
    package var isPython: Bool { Self.isPython(processPath) }

    /// This command behind the agent.
    ///
    /// - Parameters:
    ///   - agent: The path of the agent's folder on the server.
    ///   - interpreter: The Python that runs the agent.
    /// - Returns: The agent's command, with this one at its end.
    package func wrapped(agent: String, interpreter: String) -> HTTPPlatformCommand {
        let inner = WindowsCommandLine.quoted(processPath) + (arguments.isEmpty ? "" : " " + arguments)
        return HTTPPlatformCommand(
            processPath: interpreter,
            arguments: "\(WindowsCommandLine.quoted(agent))\(Self.listen) -- \(PortText.wrapped(inner))")
    }

    /// The command behind the agent, if this is one that `wrapped` made.
    package var unwrapped: HTTPPlatformCommand? {
        guard let mark = arguments.firstRange(of: Self.listen + " -- ") else { return nil }
        let inner = PortText.unwrapped(String(arguments[mark.upperBound...]))
        let program: String
        let rest: Substring
        if inner.first == "\"", let quote = inner.dropFirst().firstIndex(of: "\"") {
            program = String(inner[inner.index(after: inner.startIndex)..<quote])
            rest = inner[inner.index(after: quote)...]
        } else {
            program = String(inner.prefix { $0 != " " })
            rest = inner.dropFirst(program.count)
        }
        return HTTPPlatformCommand(processPath: program, arguments: String(rest.drop { $0 == " " }))
    }

    /// The endpoint alone, beside a debugger that FastCGI's process starts.
    package static func endpoint(agent: String, interpreter: String, debugger: String) -> HTTPPlatformCommand
    {
        HTTPPlatformCommand(
            processPath: interpreter,
            arguments: "\(WindowsCommandLine.quoted(agent))\(listen) --debugger \(debugger)")
    }

    /// Whether this is a command that `endpoint` made.
    package var isEndpoint: Bool { arguments.contains(Self.listen + " --debugger ") }

    /// Whether `path` names a Python interpreter: `python`, `python3.11`, `pythonw`, `py`, with or without `.exe`.
    package static func isPython(_ path: String) -> Bool {
        let name = path.split(whereSeparator: { $0 == "\\" || $0 == "/" }).last?.lowercased() ?? ""
        let base = name.hasSuffix(".exe") ? String(name.dropLast(4)) : name
        guard base != "py" else { return true }
        guard base.hasPrefix("python") else { return false }
        let rest = base.dropFirst(6)
        return rest.isEmpty || rest == "w" || rest.allSatisfy { $0.isNumber || $0 == "." }
    }
}
