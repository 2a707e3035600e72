import Diagnostics
import SystemPackage

/// Where a command's words go: the result to standard output, everything else to standard error.
struct Console: Sendable {
    /// How much is said on standard error.
    var verbosity: Verbosity
    /// Whether severities are coloured.
    var usesColour: Bool

    /// How much is said on standard error.
    enum Verbosity: Sendable {
        /// Errors only.
        case quiet
        case normal
        /// Details of what is done as well.
        case verbose
    }

    /// Prints a part of the result.
    ///
    /// - Throws: A `Failure` when it cannot be written; a reader that has closed its end is nobody's error.
    func result(_ text: String) throws(Failure) {
        try Self.result(Array((text + "\n").utf8))
    }

    /// Writes bytes that are the result.
    ///
    /// - Throws: A `Failure` when they cannot be written.
    static func result(_ bytes: [UInt8]) throws(Failure) {
        do {
            try FileDescriptor.standardOutput.writeAll(bytes)
        } catch {
            guard error as? Errno != .brokenPipe else { return }
            throw Failure(
                .failed, id: "output-not-written", "the result cannot be written: \(error)",
                hint: "what the command did is done; look where standard output leads")
        }
    }

    /// Prints what the user might want to know while it happens.
    func detail(_ text: @autoclosure () -> String) {
        guard verbosity == .verbose else { return }
        Self.write(Array((text() + "\n").utf8), to: .standardError)
    }

    /// Prints what the user is to see while it happens.
    func progress(_ text: String) {
        guard verbosity != .quiet else { return }
        Self.write(Array((text + "\n").utf8), to: .standardError)
    }

    /// Prints what the user has to see before it happens, however little else is said.
    func announcement(_ text: String) {
        Self.write(Array((text + "\n").utf8), to: .standardError)
    }

    /// Prints findings, one a line, without the secrets of URLs that they quote.
    func report(_ diagnostics: some Sequence<Diagnostic>) {
        for diagnostic in diagnostics where verbosity != .quiet || diagnostic.severity == .error {
            Self.write(Array((line(diagnostic.withoutUserInfo) + "\n").utf8), to: .standardError)
        }
    }

    /// A finding, its severity coloured on a terminal.
    private func line(_ diagnostic: Diagnostic) -> String {
        guard usesColour else { return diagnostic.description }
        let colour =
            switch diagnostic.severity {
            case .error: "31"
            case .warning: "33"
            case .note: "36"
            }
        let word = "\(diagnostic.severity.rawValue): "
        return diagnostic.description.replacing(
            word, with: "\u{1B}[\(colour)m\(word)\u{1B}[0m", maxReplacements: 1)
    }

    /// Writes all of `bytes`, whatever the size of a pipe; a reader that has closed its end is nobody's error.
    static func write(_ bytes: [UInt8], to stream: FileDescriptor) {
        _ = try? stream.writeAll(bytes)
    }
}
