import ArgumentParser
import Destinations
import Diagnostics
import Dispatch
import Files
import SystemPackage
import XMLDocumentTransform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension PTVSDPublish {
    /// Runs the program with the arguments of this process, and ends it with the documented exit code.
    public static func launch() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        occupyStandardStreams()
        do {
            try refuseMisspeltCommand(CommandLine.arguments.dropFirst().first ?? "")
            var command = try parseAsRoot()
            guard let speaking = command as? any SpeakingCommand else {
                try command.run()
                exit(withError: nil)
            }
            do {
                try await interruptible(speaking)
            } catch let failure as Failure {
                report(failure, as: speaking.speech)
                throw ExitStatus.code(for: failure.reason)
            } catch is CancellationError {
                speaking.speech.console(.process).report([speaking.interruption].compactMap(\.self))
                throw ExitStatus.interrupted
            }
        } catch {
            end(with: error)
        }
        exit(withError: nil)
    }

    /// Refuses what would be taken for a project that is not there, and is nearly the name of a sub-command.
    private static func refuseMisspeltCommand(_ name: String) throws {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard !names.contains(name), let nearest = NearestName.nearest(to: name, among: names),
            FileKind(of: Context.process.absolute(name)) == nil
        else { return }
        throw ValidationError(
            "there is no command '\(name)', and no project of that name; did you mean '\(nearest)'?")
    }

    /// Ends the program as `error` says; what the user gave in vain may hold a secret, which is not shown.
    private static func end(with error: any Error) -> Never {
        let code = exitCode(for: error)
        guard !code.isSuccess, !(error is ExitCode) else { exit(withError: error) }
        Console.write(Array((fullMessage(for: error).withoutUserInfo + "\n").utf8), to: .standardError)
        exit(withError: code)
    }

    /// Opens `/dev/null` for each standard stream that was closed, so that no other file gets its number.
    private static func occupyStandardStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
            // The lowest free number is taken, which is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }

    private static func report(_ failure: Failure, as speech: SpeechOptions) {
        let console = speech.console(.process)
        console.report(failure.diagnostics)
        let diagnostics = failure.diagnostics.map(\.withoutUserInfo)
        if speech.format == .json {
            try? console.result(
                JSON.text(JSON.Failed(diagnostics: diagnostics.map(JSON.Finding.init))))
        }
    }

    /// Runs `command` until it ends or the user interrupts it, which cancels it as soon as nothing goes on that must
    /// not stop half-way.
    ///
    /// A second interrupt ends the process at once, as it would any other program.
    private static func interruptible(_ command: any SpeakingCommand) async throws {
        let (interrupts, source) = AsyncStream.makeStream(of: Void.self)
        let signalSources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let signalSource = DispatchSource.makeSignalSource(signal: number)
            signalSource.setEventHandler {
                signal(number, SIG_DFL)
                source.yield()
            }
            signalSource.resume()
            return signalSource
        }
        defer {
            for signalSource in signalSources { signalSource.cancel() }
        }
        let gate = InterruptionGate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var command = command
                try await InterruptionGate.$current.withValue(gate) { try await command.run() }
            }
            group.addTask {
                for await _ in interrupts { throw await gate.interrupt() }
                try Task.checkCancellation()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
