import Diagnostics
import Doctor

/// All checks, for people and programs.
enum CheckList {
    /// The checks in the order in which attaching can fail.
    static func text(as format: SpeechOptions.Format) -> String {
        switch format {
        case .text: Rows(Check.all.map { ($0.id, $0.title) }).text
        case .json: JSON.text(Object(checks: Check.all.map(Object.Item.init)))
        }
    }

    private struct Object: Encodable {
        var checks: [Item]

        struct Item: Encodable {
            var id: String
            var severity: Diagnostic.Severity
            var stage: String
            var title: String
            var looksAt: String
            var meaning: String
            var wayOut: String

            init(_ check: Check) {
                id = check.id
                severity = check.severity
                stage = check.stage.rawValue
                title = check.title
                looksAt = check.looksAt
                meaning = check.meaning
                wayOut = check.wayOut
            }
        }
    }
}
