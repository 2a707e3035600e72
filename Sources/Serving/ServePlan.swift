/// How a published site is to be served on this machine: what its configuration says, with this machine's paths.
///
/// Computed without starting anything. It holds what the configuration holds, secrets included, so it is handed to
/// the server on its standard input and never shown. In its texts the server fills in `{{python}}` (the
/// interpreter), `{{port}}` (the port the process is to listen on) and `{{port:5678}}` (a free port that takes the
/// place of one of the host).
package struct ServePlan: Sendable, Hashable, Encodable {
    /// The wanted port; the next free one is taken where it is in use.
    package var port: Int
    /// The published folder.
    package var root: String
    /// The process that `httpPlatform` or a start command names.
    package var platform: Program?
    /// Whether that process is the site's own, started before the first request.
    package var startsAtOnce = false
    /// The FastCGI applications, in the order in which handlers refer to them.
    package var applications: [Application] = []
    /// What holds for requests, by folder; the site's own is among them.
    package var folders: [Folder]
    /// The rewrite rules.
    package var rules: [RewriteRule] = []
    /// The build that was published, where the site says so.
    package var buildID: String?

    /// A process.
    package struct Program: Sendable, Hashable, Encodable {
        /// Its name in what is shown: `site` or `agent`.
        package var name: String
        /// The program and its arguments; for a shell, one line.
        package var command: [String]
        /// Whether the command is a line for the shell.
        package var isShell = false
        /// What is added to the environment.
        package var environment: [String: String] = [:]
        /// How long it may take until it listens.
        package var startupSeconds = 60
        /// How often it may end within a minute before it is given up.
        package var failuresPerMinute = 10
    }

    /// A FastCGI application that wfastcgi runs.
    package struct Application: Sendable, Hashable, Encodable {
        /// Its process; the command is put together by the server.
        package var program: Program
        /// Options of the interpreter.
        package var options: [String] = []
        /// The published `wfastcgi.py`; nil for the one that is installed.
        package var script: String?
        /// What follows the script.
        package var arguments: [String] = []
        /// The application settings whose values are others on this machine.
        package var settings: [String: String] = [:]
        /// The name of the file with the application settings, as it is spelled on disk.
        package var configuration: String
        /// Which files end the process when they are written: `WSGI_RESTART_FILE_REGEX`.
        package var restartPattern: String
    }

    /// What holds for the requests below a folder.
    package struct Folder: Sendable, Hashable, Encodable {
        /// The folder below the site; empty for the site itself.
        package var path: String
        /// The handler table: the first that matches takes the request.
        package var handlers: [Handler]
        /// The names that no request may contain.
        package var hiddenSegments: [String] = []
        /// Extension with its dot → content type, where it differs from the usual.
        package var contentTypes: [String: String] = [:]
        /// The files that stand for their folder.
        package var defaultDocuments: [String] = []
        /// The fields that are added to every answer.
        package var headers: [Header] = []
    }

    /// A line of the handler table.
    package struct Handler: Sendable, Hashable, Encodable {
        package var name: String
        /// The pattern of paths, such as `*` or `ptvsd/*`.
        package var path: String
        /// The methods; empty for all.
        package var verbs: [String]
        /// `File`, `Directory` or `Either` where the path has to exist.
        package var resourceType: String
        package var kind: Kind
        /// The FastCGI application's place in `applications`.
        package var application: Int?

        /// What answers.
        package enum Kind: String, Sendable, Encodable {
            case platform, fastcgi
            /// A file of the site.
            case `static`
            /// Something that only IIS has.
            case other
        }
    }

    /// A header field.
    package struct Header: Sendable, Hashable, Encodable {
        package var name: String
        package var value: String
    }
}
