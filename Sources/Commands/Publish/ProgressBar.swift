import Destinations
import Synchronization
import SystemPackage

/// A line on the terminal that tells how far a publish has come; nothing where there is no terminal.
final class ProgressBar: Sendable {
    private let isShown: Bool
    private let pace = Mutex(PublishPace())

    /// Creates a bar that is shown only on a terminal, to people, and unless they asked for quiet.
    init(_ speech: SpeechOptions, _ context: Context) {
        isShown = context.isErrorTerminal && !speech.quiet && speech.format == .text
    }

    /// Draws the line anew.
    func show(_ progress: PublishProgress) {
        guard isShown, progress.totalFiles > 0 else { return }
        let rate = pace.withLock { $0.text(progress, at: .now) }
        let width = 24
        let done = progress.totalBytes > 0 ? progress.bytes * width / progress.totalBytes : width
        let bar =
            String(repeating: "#", count: min(done, width))
            + String(repeating: ".", count: width - min(done, width))
        let text =
            "\r[\(bar)] \(progress.files)/\(progress.totalFiles) files, \(PublishPace.size(progress.bytes))"
            + (rate.isEmpty ? "" : ", \(rate)") + "\u{1B}[K"
        Console.write(Array(text.utf8), to: .standardError)
    }

    /// Takes the line away.
    func clear() {
        guard isShown else { return }
        Console.write(Array("\r\u{1B}[K".utf8), to: .standardError)
    }
}
