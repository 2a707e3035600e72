package import WebConfiguration

/// What a user says of how a published site is to be served.
package struct ServeOptions: Sendable {
    /// The wanted port.
    package var port: Int
    /// The interpreter: a name to be found on the path, or an absolute path.
    package var python: String
    /// The host to stand in for; nil to read it from the site.
    package var host: HostKind?
    /// The start command of a site without the site agent, as a line for the shell.
    package var startCommand: String?
    /// The environment that `%NAME%` is taken from.
    package var environment: [String: String]

    /// Creates options.
    package init(
        port: Int = 8000, python: String = "python3", host: HostKind? = nil, startCommand: String? = nil,
        environment: [String: String] = [:]
    ) {
        self.port = port
        self.python = python
        self.host = host
        self.startCommand = startCommand
        self.environment = environment
    }
}
