#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the endpoint says of its site: the answer of `GET /ptvsd/status`.
package struct SiteStatus: Decodable, Sendable, Hashable {
    /// The version of the site agent.
    package var agentVersion: String
    /// The build that was published.
    package var buildID: String?
    /// The build configuration, such as `Debug`.
    package var configuration: String?
    /// The end of the secret: an RFC 3339 time in UTC; nil for none.
    package var expires: String?
    /// The host kind, as in `--host`.
    package var host: String?
    /// The version of the agent's Python, such as `3.12.4`.
    package var pythonVersion: String?
    /// The agent's interpreter.
    package var pythonPath: String?
    package var workingDirectory: String?
    /// The folder that the published files lie in while they run.
    package var applicationRoot: String?
    /// The variable `APP_PATH` of App Service on Linux.
    package var appPath: String?
    /// The instance that answered, on App Service.
    package var instanceID: String?
    /// `sys.platform` of the server.
    package var platform: String?
    /// The agent's process.
    package var pid: Int?
    /// Whether there is something to attach to.
    package var debuggerUp: Bool
    /// The Python processes of the site; those that answer requests first.
    package var processes: [Process]
    /// The debug sessions at this moment.
    package var sessions: [Session]

    /// A Python process of the site.
    package struct Process: Decodable, Sendable, Hashable {
        package var pid: Int
        package var name: String
        /// Where its debugger listens; 0 while it does not.
        package var port: Int
        package var ready: Bool?
        /// Whether it answers requests.
        package var main: Bool?
        /// The version of its Python.
        package var python: String?
        package var executable: String?
        package var directory: String?
        package var debugging: Bool?
        /// The version of debugpy that it has loaded or would load.
        package var debugpy: String?
    }

    /// A debug session.
    package struct Session: Decodable, Sendable, Hashable {
        package var process: Int?
        /// The address it comes from, as the nearest proxy says.
        package var remote: String?
        /// How long it has lasted.
        package var seconds: Double
    }

    /// Reads the answer; nil when it is not one of the site agent.
    package init?(json: [UInt8]) {
        guard let status = try? JSONDecoder().decode(SiteStatus.self, from: Data(json)) else { return nil }
        self = status
    }
}
