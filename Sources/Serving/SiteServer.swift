import Diagnostics
import Files
import Subprocess
import SystemPackage
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The web server that serves a plan: a Python program, because the site needs a Python anyway.
///
/// It is embedded in this program and written to a temporary folder. It gets its plans on standard input, one a line,
/// and ends, with everything it started, when that is closed, however this program came to its end.
package struct SiteServer: Sendable {
    /// The interpreter: a name or an absolute path.
    package var python: String
    /// The environment of the server and the site's processes.
    package var environment: [String: String]

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - python: The interpreter: a name or an absolute path.
    ///   - environment: The user's environment. What would reach into a site and hide what is missing in it is
    ///     left out: a host does not have it.
    package init(python: String, environment: [String: String]) {
        self.python = python
        self.environment = environment.filter { name, _ in
            Self.passed.contains(name)
                || !Self.hidden.contains(name) && !name.hasPrefix("WSGI_") && !name.hasPrefix("PTVSD_")
        }
        // What a process writes is to be seen at once.
        self.environment["PYTHONUNBUFFERED"] = "1"
    }

    /// How patient the endpoint is with its peers: it changes nothing in the site.
    private static let passed: Set<String> = ["PTVSD_PING_INTERVAL", "PTVSD_LIFE_SIGN"]
    private static let hidden: Set<String> = [
        "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "DJANGO_SETTINGS_MODULE", "FLASK_APP", "FLASK_DEBUG",
        "FLASK_ENV",
        "HTTP_PLATFORM_PORT", "PORT", "SERVER_HOST", "SERVER_PORT",
    ]

    /// Serves until the task is cancelled.
    ///
    /// - Parameters:
    ///   - plan: What is served first.
    ///   - changes: What is served in its place later.
    ///   - report: Takes what happens.
    /// - Throws: A `Failure` when the interpreter cannot be started or the server ends by itself.
    package func run(
        _ plan: ServePlan, changes: AsyncStream<ServePlan>, report: @escaping @Sendable (ServeEvent) -> Void
    ) async throws {
        try await TemporaryFolder.during { folder in
            try Self.unpack(into: folder)
            var environment = environment
            // Compiled files beside the sources would be met by the next publish.
            environment["PYTHONPYCACHEPREFIX"] = folder.appending("compiled").string
            let variables = Dictionary(
                uniqueKeysWithValues: environment.map { (Environment.Key(rawValue: $0.key) ?? "_", $0.value) }
            )
            var options = PlatformOptions()
            // Longer than the server gives the site's processes to end.
            options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(15))]
            let executable: Executable = python.contains("/") ? .path(FilePath(python)) : .name(python)
            let status: TerminationStatus
            do {
                status = try await Subprocess.run(
                    executable, arguments: ["-s", folder.appending("server").string],
                    environment: .custom(variables),
                    platformOptions: options, input: .inputWriter, output: .sequence,
                    error: .currentStandardError
                ) { execution in
                    try await converse(
                        plan, changes, execution.standardInputWriter, execution.standardOutput, report)
                }.terminationStatus
            } catch let error as SubprocessError where !Task.isCancelled {
                let reason =
                    error.code == .executableNotFound
                    ? "there is no program '\(python)'" : "'\(python)' cannot be started"
                throw Failure(
                    .unavailable, id: "python-not-found", reason,
                    hint: "install Python 3.8 or later, or name another interpreter with --python")
            }
            try Task.checkCancellation()
            throw Failure(
                .failed, id: "serve-ended", "the server ended by itself (\(status))",
                hint: "what it said last tells why")
        }
    }

    /// Hands over plans and reads events until the server's output ends.
    private func converse(
        _ plan: ServePlan, _ changes: AsyncStream<ServePlan>, _ writer: StandardInputWriter,
        _ output: SubprocessOutputSequence, _ report: @escaping @Sendable (ServeEvent) -> Void
    ) async throws {
        _ = try await writer.write(try Self.line(plan))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await line in output.strings() {
                    if let event = ServeEvent(line: line) { report(event) }
                }
            }
            group.addTask {
                for await plan in changes { _ = try await writer.write(try Self.line(plan)) }
                // The end of the changes is not the end of the site.
                try await Task.sleep(for: .seconds(1 << 30))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func line(_ plan: ServePlan) throws -> [UInt8] {
        Array(try JSONEncoder().encode(plan)) + [UInt8(ascii: "\n")]
    }

    /// Writes the server into `folder`, with the modules of the site agent that it shares.
    private static func unpack(into folder: FilePath) throws(Failure) {
        let server = folder.appending("server")
        for (path, text) in EmbeddedTemplates.files {
            let target: String
            if path.hasPrefix("serve/") {
                target = String(path.dropFirst(6))
            } else if path.hasPrefix("site/ptvsd/") {
                target = String(path.dropFirst(5))
            } else {
                continue
            }
            let file = server.appending(FilePath(target).components)
            try Folder.create(file.removingLastComponent())
            do {
                try Data(text.utf8).write(to: URL(filePath: file.string))
            } catch {
                throw Failure(.failed, id: "file-not-written", "'\(file)' cannot be written: \(error)")
            }
        }
    }
}
