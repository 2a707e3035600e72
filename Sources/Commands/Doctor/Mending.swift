import Diagnostics
import Doctor
import Projects
import SystemPackage
import WebConfiguration

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What `doctor --fix` does on this machine; nothing is ever changed at a site.
struct Mending {
    let subject: ProjectSubject
    let context: Context
    let console: Console
    /// Whether what would lose something of the user's is done without asking.
    let isConfirmed: Bool

    /// Mends what can be mended.
    ///
    /// - Parameter findings: What is wrong.
    /// - Returns: What was done, for the user.
    /// - Throws: A `Failure` when a file cannot be written.
    func mend(_ findings: [Finding]) throws -> [String] {
        var done: [String] = []
        var seen: Set<Repair> = []
        for repair in findings.compactMap(\.repair) where seen.insert(repair).inserted {
            let title = repair.title(display: context.display)
            guard try !repair.isAsked || isAgreed(title) else { continue }
            try repair.perform { try hiddenFile() }
            console.progress("mended   \(title)")
            done.append(title)
        }
        return done
    }

    /// Asks the user on a terminal.
    private func isAgreed(_ title: String) throws -> Bool {
        guard !isConfirmed else { return true }
        guard context.isErrorTerminal, isatty(STDIN_FILENO) == 1 else {
            console.report([
                .note(
                    "fix-not-confirmed", "'--fix' could \(title)",
                    hint: "'--yes' lets it, and what the file says is lost")
            ])
            return false
        }
        // Also where little is to be said: an answer is waited for.
        Console.write(Array("What the file says now is lost: \(title)? [y/N] ".utf8), to: .standardError)
        return ["y", "yes"].contains(readLine()?.lowercased())
    }

    /// The hidden file as a Debug publish would write it had there been none.
    private func hiddenFile() throws -> [UInt8] {
        var request = subject.request
        request.replacesHiddenFile = true
        var diagnostics = DiagnosticList()
        let made = try SiteConfigurator(project: subject.project.get(), request: request)
            .configuration(diagnostics: &diagnostics)
        guard let debugging = made.debugging else {
            throw Failure(.failed, id: "fix-failed", "there is no hidden file to write")
        }
        return debugging.hiddenFile.bytes
    }
}
