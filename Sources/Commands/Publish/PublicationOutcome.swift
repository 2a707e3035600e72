import Configuration
import Sites

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
            let end =
                switch debugging.expiry {
                case .never: "never expires"
                case .at(let date): "expires \(LocalTime.text(date)) (\(lifetime.title))"
                }
            rows.append((hiddenFileName, "\(kept), \(end)"))
        }
        for file in configuration.files where !file.changes.isEmpty {
            rows.append((file.path.description, "\(configuration.host.title): \(file.changes.joined(separator: ", "))"))
        }
        if let command = configuration.debugging?.startCommand {
            rows.append(("start command", "python ptvsd (the site agent; it runs '\(command.description)')"))
        }
        rows.append((report.destination, (isDryRun ? "would be " : "") + report.summary))
        var second: [(String, String)] = []
        if let attachURL = report.facts.attachURL { second.append(("Attach URL", attachURL)) }
        second += next.enumerated().map { ($0.offset == 0 ? "Next" : "", $0.element) }
        let width = max(16, (rows + second).map(\.0.count).max() ?? 0) + 3
        let blocks = [rows, second].filter { !$0.isEmpty }.map { block in
            block.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + $0.1 }.joined(separator: "\n")
        }
        return (blocks + (configuration.advice.isEmpty ? [] : [configuration.advice.joined(separator: "\n")]))
            .joined(separator: "\n\n")
    }
}
