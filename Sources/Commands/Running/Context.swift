import Destinations
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a command takes from the world around it.
struct Context: Sendable {
    /// The environment variables.
    var environment: [String: String]
    /// The absolute folder that relative paths start from.
    var currentFolder: FilePath
    /// The time now.
    var now: @Sendable () -> Date
    /// Whether standard error is a terminal, so that progress may be drawn.
    var isErrorTerminal: Bool

    /// The context of this process.
    static var process: Context {
        Context(
            environment: ProcessInfo.processInfo.environment,
            currentFolder: FilePath(FileManager.default.currentDirectoryPath), now: { Date() },
            isErrorTerminal: isatty(STDERR_FILENO) == 1)
    }

    /// Whether it runs in continuous integration, where logs are kept and read by many.
    var isContinuousIntegration: Bool {
        ContinuousIntegration.isRunning(in: environment)
    }

    /// `path` from the current folder on, without `.` and `..`.
    func absolute(_ path: String) -> FilePath {
        let path = FilePath(path.isEmpty ? "." : path)
        return path.isAbsolute
            ? path.lexicallyNormalized() : currentFolder.appending(path.components).lexicallyNormalized()
    }

    /// `path` as a user in the current folder would write it.
    func display(_ path: FilePath) -> String {
        var relative = path
        guard path != currentFolder else { return "." }
        return relative.removePrefix(currentFolder) ? relative.string : path.string
    }
}
