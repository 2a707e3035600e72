import Diagnostics
import Files
import Subprocess
import SystemPackage

/// The program `curl`, which speaks FTP for this one.
struct CurlProgram {
    /// The lock of the destination; given to `curl`, which prints nothing, as its standard output.
    ///
    /// When this process is killed, `curl` goes on with what it was told. It must keep the next publish away until
    /// then.
    let lock: FileLock?

    /// Runs it once.
    ///
    /// - Parameters:
    ///   - configuration: Everything it is to know, credentials included; goes to its standard input.
    ///   - report: Is told how each operation ended, as it ends.
    ///   - moved: Is told, from time to time, about how many bytes the operation that runs has sent.
    /// - Returns: Its exit code and what it said otherwise.
    /// - Throws: A `Failure` when there is no such program, or `CancellationError`.
    func run(
        _ configuration: String, report: @escaping @Sendable (Int, CurlOperation.Outcome) -> Void,
        moved: @escaping @Sendable (Int) -> Void
    ) async throws -> (code: Int, words: String) {
        let removed = [CredentialSources.userVariable, CredentialSources.passwordVariable].map {
            (Environment.Key(rawValue: $0) ?? "_", nil as String?)
        }
        let held = try FileDescriptor.open("/dev/null", .writeOnly, options: .closeOnExec)
        defer { try? held.close() }
        // A terminal interrupts all that it started; what happens to `curl` then is decided here.
        var ownGroup = PlatformOptions()
        ownGroup.processGroupID = 0
        do {
            // Without the user's own .curlrc, which could log or weaken what is done here.
            let result = try await Subprocess.run(
                .name("curl"), arguments: ["--disable", "--config", "-"],
                environment: .inherit.updating(Dictionary(uniqueKeysWithValues: removed)),
                platformOptions: ownGroup,
                input: .string(configuration),
                output: .fileDescriptor(lock?.descriptor ?? held, closeAfterSpawningProcess: false),
                error: .sequence
            ) { execution in
                var words: [String] = []
                for try await line in execution.standardError.strings() {
                    if let (index, outcome) = CurlOperation.Outcome.reading(line) {
                        report(index, outcome)
                    } else if let bytes = CurlMeter.sent(line) {
                        moved(bytes)
                    } else if words.count < 20, !CurlMeter.isHead(line), !line.hasPrefix("curl: (") {
                        words.append(line)
                    }
                }
                return words.joined(separator: "\n")
            }
            try Task.checkCancellation()
            guard case .exited(let code) = result.terminationStatus else {
                throw Failure(
                    .failed, id: "curl-ended", "the program 'curl' was ended from outside",
                    hint: "run it again to finish")
            }
            return (Int(code), result.closureResult)
        } catch is SubprocessError where !Task.isCancelled {
            throw Failure(
                .unavailable, id: "curl-not-found",
                "the program 'curl', which sends files by FTP, cannot be started",
                hint: "install it ('apt-get install curl', 'brew install curl')")
        }
    }
}
