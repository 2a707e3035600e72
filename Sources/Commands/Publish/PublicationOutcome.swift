import Projects
import Sites
import WebConfiguration

/// What a publish did, in the words of its report.
struct PublicationOutcome {
    var report: PublishReport
    var configuration: SiteConfiguration
    /// How long the secret is to hold.
    var lifetime: Lifetime
    var isDryRun: Bool
    /// What the hidden file is called from the current folder.
    var hiddenFileName: String
    /// What is to be done next.
    var next: [String]

    /// The report for people.
    var text: String {
        var rows: [(String, String)] = []
        if let debugging = configuration.debugging {
            let kept = debugging.hiddenFile.keepsEdits ? "secret renewed, your edits kept" : "new secret"
            let would = isDryRun ? "would get: " : ""
            rows.append(
                (hiddenFileName, "\(would)\(kept), \(ExpirySentence.text(debugging.expiry, lifetime))"))
        }
        for file in configuration.files where !file.changes.isEmpty {
            rows.append(
                (
                    file.path.description,
                    "\(configuration.host.title): \(file.changes.joined(separator: ", "))"
                ))
        }
        if let command = configuration.debugging?.startCommand {
            rows.append(("start command", "python ptvsd (the site agent; it runs '\(command.description)')"))
        }
        rows.append((report.destination, (isDryRun ? "would be " : "") + report.summary))
        var second: [(String, String)] = []
        if !isDryRun, let attachURL = report.facts.attachURL { second.append(("Attach URL", attachURL)) }
        second += next.enumerated().map { ($0.offset == 0 ? "Next" : "", $0.element) }
        let blocks = [Rows(rows), Rows(second)]
        let width = blocks.map(\.width).max() ?? 0
        return
            (blocks.map { $0.text(width: width) } + [plannedChanges]
            + [configuration.advice.joined(separator: "\n")])
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// What a dry run would do to which file; all of it in JSON, and the beginning of it here.
    private var plannedChanges: String {
        guard isDryRun else { return "" }
        let shown = 40
        // What would be lost comes first, and the endpoint's own files last: the debugger's alone are some three hundred.
        let changed = report.files.filter { $0.action != .keep }
        let changes = (0...3).flatMap { rank in changed.filter { Self.rank($0) == rank } }
        let lines = changes.prefix(shown).map { file in
            "  \(file.action.rawValue.padding(to: 6))  \(file.path)"
        }
        let rest = changes.count - lines.count
        return (lines + (rest > 0 ? ["  and \(rest) more (--format json shows all)"] : []))
            .joined(separator: "\n")
    }

    private static func rank(_ file: PublishReport.File) -> Int {
        (file.path.hasPrefix("\(DebugPayload.folder)/") ? 2 : 0) + (file.action == .delete ? 0 : 1)
    }
}

extension String {
    /// The text with spaces after it, up to `width` characters.
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
