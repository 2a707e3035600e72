import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks on the terminal that the program was started from, if there is one.
final class TerminalPrompt {
    private let terminal: FileDescriptor

    /// Opens the terminal; nil when the program has none, or its words do not appear on one.
    init?() {
        guard isatty(STDERR_FILENO) == 1,
            let opened = try? FileDescriptor.open("/dev/tty", .readWrite, options: [.closeOnExec])
        else { return nil }
        terminal = opened
    }

    deinit {
        try? terminal.close()
    }

    /// Asks for one line.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - isHidden: Whether the answer is not to be seen.
    /// - Returns: The answer without its line break.
    /// - Throws: `CancellationError` when the user interrupts or ends the input, with the terminal as it was.
    func ask(_ question: String, isHidden: Bool) throws -> String {
        var usual = termios()
        let isKnown = tcgetattr(terminal.rawValue, &usual) == 0
        if isHidden, isKnown {
            var hidden = usual
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(terminal.rawValue, TCSAFLUSH, &hidden)
        }
        defer {
            if isHidden, isKnown {
                tcsetattr(terminal.rawValue, TCSAFLUSH, &usual)
                _ = try? terminal.writeAll(Array("\n".utf8))
            }
        }
        _ = try terminal.writeAll(Array(question.utf8))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        while answer.last != UInt8(ascii: "\n") {
            // An interrupt cancels the task, which a read would not notice.
            var waiting = pollfd(fd: terminal.rawValue, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 100) > 0 else {
                try Task.checkCancellation()
                continue
            }
            let count = read(terminal.rawValue, &buffer, buffer.count)
            guard count > 0 else { throw CancellationError() }
            answer += buffer[..<count]
        }
        return String(decoding: answer.dropLast(answer.suffix(2) == [13, 10] ? 2 : 1), as: UTF8.self)
    }
}
