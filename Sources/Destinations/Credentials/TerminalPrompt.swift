import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks on the terminal that the program was started from, if there is one and somebody sits there.
final class TerminalPrompt {
    private let terminal: FileDescriptor

    /// Opens the terminal; nil when the program has none, its words do not appear on one, or nobody is there to answer.
    ///
    /// - Parameter environment: The environment variables, which tell of continuous integration.
    init?(environment: [String: String]) {
        guard isatty(STDERR_FILENO) == 1, !ContinuousIntegration.isRunning(in: environment),
            let opened = try? FileDescriptor.open("/dev/tty", .readWrite, options: [.closeOnExec])
        else { return nil }
        terminal = opened
    }

    deinit {
        try? terminal.close()
    }

    /// Asks for one line; what was typed before the question is no answer to it.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - isHidden: Whether the answer is not to be seen.
    /// - Returns: The answer without its line break; nil when the user ends the input without one.
    /// - Throws: `CancellationError` when the user interrupts, with the terminal as it was.
    func ask(_ question: String, isHidden: Bool) async throws -> String? {
        var usual = termios()
        let isKnown = tcgetattr(terminal.rawValue, &usual) == 0
        if isHidden, isKnown {
            var hidden = usual
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(terminal.rawValue, TCSAFLUSH, &hidden)
        } else {
            tcflush(terminal.rawValue, TCIFLUSH)
        }
        var isLineOpen = true
        defer {
            if isHidden, isKnown { tcsetattr(terminal.rawValue, TCSAFLUSH, &usual) }
            if isHidden || isLineOpen { _ = try? terminal.writeAll(Array("\n".utf8)) }
        }
        _ = try terminal.writeAll(Array(question.utf8))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        while answer.last != UInt8(ascii: "\n") {
            var waiting = pollfd(fd: terminal.rawValue, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 0) > 0 else {
                // An interrupt cancels the task, which a read would not notice.
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            let count = read(terminal.rawValue, &buffer, buffer.count)
            guard count > 0 else { return nil }
            answer += buffer[..<count]
        }
        isLineOpen = false
        return String(decoding: answer.dropLast(answer.suffix(2) == [13, 10] ? 2 : 1), as: UTF8.self)
    }
}
