import Diagnostics
import Doctor

/// A diagnosis in words and as an object.
struct DiagnosisReport {
    let diagnosis: Diagnosis
    /// What was looked at, for the user.
    let target: String
    /// How long it took.
    let seconds: Double
    /// What `--fix` mended.
    var mended: [String] = []

    /// The report for people.
    ///
    /// - Parameter isQuiet: Whether it leaves out what could not be looked at.
    /// - Returns: The findings, and a summary.
    func text(isQuiet: Bool) -> String {
        let summary = isQuiet ? [head] : [head] + skipped
        return (diagnosis.findings.map(Self.text) + [summary.joined(separator: "\n")]).joined(
            separator: "\n\n")
    }

    private static func text(_ finding: Finding) -> String {
        let severity = finding.check.severity.rawValue
        // A place without a line is a file that is named anyway.
        let place = finding.location.flatMap { $0.line == nil ? nil : "\($0): " } ?? ""
        return """
            \(severity)\(String(repeating: " ", count: 9 - severity.count))\(finding.check.title) [\(finding.check.id)]
              seen     \(place)\(finding.evidence.plainLine)
              means    \(wrapped(finding.check.meaning, indent: 11))
              do       \(finding.wayOut.plainLine)
            """
    }

    /// How much was looked at, and what came of it.
    private var head: String {
        let counts = Diagnostic.Severity.allCases.compactMap { severity -> String? in
            let count = diagnosis.findings.count { $0.check.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        let found = counts.isEmpty ? "nothing is wrong" : counts.joined(separator: ", ")
        return "\(target): \(found); \(diagnosis.checkCount) checks in \(rounded) s"
    }

    /// What could not be looked at.
    private var skipped: [String] {
        diagnosis.skipped.map {
            "not looked at: \($0.stage.title.prefix(1).lowercased() + $0.stage.title.dropFirst()) "
                + "(\($0.checks.count) checks), because \($0.reason)"
        }
    }

    private var rounded: Double { (seconds * 10).rounded() / 10 }

    /// `text` in lines of at most 100 columns, all but the first indented.
    private static func wrapped(_ text: String, indent: Int) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            if !lines[lines.count - 1].isEmpty, indent + lines[lines.count - 1].count + word.count > 99 {
                lines.append("")
            }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }

    /// The report for programs.
    var json: String {
        JSON.text(
            Object(
                target: target, seconds: seconds, checks: diagnosis.checkCount, mended: mended,
                findings: diagnosis.findings.map(Object.Item.init),
                skipped: diagnosis.skipped.map {
                    .init(stage: $0.stage.rawValue, checks: $0.checks.map(\.id), reason: $0.reason)
                }))
    }

    private struct Object: Encodable {
        var target: String
        var seconds: Double
        var checks: Int
        var mended: [String]
        var findings: [Item]
        var skipped: [Skipped]

        struct Item: Encodable {
            var id: String
            var severity: Diagnostic.Severity
            var stage: String
            var title: String
            var evidence: String
            var meaning: String
            var wayOut: String
            var file: String?
            var line: Int?
            var column: Int?

            init(_ finding: Finding) {
                id = finding.check.id
                severity = finding.check.severity
                stage = finding.check.stage.rawValue
                title = finding.check.title
                evidence = finding.evidence
                meaning = finding.check.meaning
                wayOut = finding.wayOut
                file = finding.location?.file
                line = finding.location?.line
                column = finding.location?.column
            }
        }

        struct Skipped: Encodable {
            var stage: String
            var checks: [String]
            var reason: String
        }
    }
}
