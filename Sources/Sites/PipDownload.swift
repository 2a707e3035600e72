import Diagnostics
import Files
import Subprocess
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Fetches one wheel of debugpy with the user's pip, whose index, proxy and certificate settings so apply.
struct PipDownload {
    let version: DebuggerVersion
    let python: String
    let environment: [String: String]

    /// Fetches the wheel to a temporary folder and reads it.
    ///
    /// - Returns: Its bytes and its name.
    /// - Throws: A `Failure` that says why there is none.
    func fetch() async throws -> (bytes: [UInt8], name: String) {
        let folder = FilePath(FileManager.default.temporaryDirectory.path)
            .appending("ptvsd-publish-\(UInt64.random(in: .min ... .max))")
        try Folder.create(folder)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let requirements = folder.appending("requirements.txt")
        let hash = version.digest.map { " --hash=sha256:\($0.hex)" } ?? ""
        try FileReplacement.write(Array("debugpy==\(version.text)\(hash)\n".utf8), to: requirements)
        let downloads = folder.appending("wheels")
        try await run(requirements, downloads, requiresHashes: !hash.isEmpty)
        let names = (try? Folder.names(in: downloads)) ?? []
        guard let name = names.first(where: { $0.hasSuffix(".whl") }) else {
            throw failure(
                "pip-failed", "'\(python) -m pip download' fetched no wheel of debugpy \(version.text)")
        }
        return (try FileContents.read(downloads.appending(name), limit: 128 << 20), name)
    }

    /// The failure when what was fetched is not what it has to be.
    static func mismatch(_ version: DebuggerVersion, _ python: String) -> Failure {
        PipDownload(version: version, python: python, environment: [:]).failure(
            "wheel-hash-mismatch",
            "the wheel of debugpy \(version.text) that pip found is not the published one (its SHA-256 differs)",
            .badInput,
            hint: "look at pip's index settings ('\(python) -m pip config list'), or give the wheel "
                + "with --debugpy WHEEL")
    }

    private func run(_ requirements: FilePath, _ folder: FilePath, requiresHashes: Bool) async throws {
        var arguments = ["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--platform", "any"]
        // Which Python the wheel asks for is the server's matter, not that of the interpreter here.
        arguments += ["--ignore-requires-python", "--retries", "1", "--timeout", "15", "--no-input"]
        arguments += ["--disable-pip-version-check", "--progress-bar", "off"]
        if requiresHashes { arguments.append("--require-hashes") }
        arguments += ["-r", requirements.string, "-d", folder.string]
        let variables = Dictionary(
            uniqueKeysWithValues: environment.map {
                (Environment.Key(rawValue: $0.key) ?? "_", $0.value as String?)
            })
        let executable: Executable = python.contains("/") ? .path(FilePath(python)) : .name(python)
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                executable, arguments: Arguments(arguments), environment: .inherit.updating(variables),
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        } catch is SubprocessError {
            throw failure(
                "python-not-found", "'\(python)' cannot be started, which was to fetch debugpy",
                hint:
                    "install Python with pip, name another interpreter with --python, or give the wheel with "
                    + "--debugpy WHEEL")
        }
        guard result.terminationStatus == .exited(0) else {
            throw explained(result.standardError + "\n" + result.standardOutput)
        }
    }

    /// What pip's messages mean.
    func explained(_ output: String) -> Failure {
        if output.contains("No module named pip") {
            return failure(
                "pip-not-found", "'\(python)' has no pip, which fetches debugpy",
                hint:
                    "install pip ('\(python) -m ensurepip', or your system's python3-pip), or give the wheel with "
                    + "--debugpy WHEEL")
        }
        if output.contains("DO NOT MATCH THE HASHES") { return Self.mismatch(version, python) }
        let isOffline = [
            "NewConnectionError", "NameResolutionError", "ConnectTimeout", "ReadTimeout", "ProxyError",
            "Connection refused", "ConnectionResetError", "Network is unreachable", "RemoteDisconnected",
        ].contains { output.contains($0) }
        if isOffline {
            return failure(
                "wheel-offline",
                "debugpy \(version.text) is not in the cache, and pip cannot reach its package index",
                hint:
                    "connect to the network once, or give the wheel with --debugpy WHEEL ('\(python) -m pip "
                    + "download debugpy==\(version.text) --no-deps --only-binary :all: --platform any' fetches it "
                    + "elsewhere)")
        }
        if output.contains("No matching distribution found") {
            return failure(
                "wheel-not-found", "pip's package index has no pure wheel of debugpy \(version.text)",
                .badInput,
                hint:
                    "ask for another with --debugpy-version (\(DebuggerVersion.pinned.text) is the usual one), or "
                    + "give the wheel with --debugpy WHEEL")
        }
        let said = output.split(whereSeparator: \.isNewline).last { $0.hasPrefix("ERROR:") }?.dropFirst(6)
        return failure(
            "pip-failed",
            "pip cannot fetch debugpy \(version.text):\(said ?? " it ended without saying why")",
            hint: "repair pip's settings, or give the wheel with --debugpy WHEEL")
    }

    private func failure(
        _ id: String, _ message: String, _ reason: Failure.Reason = .unavailable, hint: String? = nil
    ) -> Failure {
        Failure(reason, id: id, message, hint: hint)
    }
}
