import Diagnostics
import WebConfiguration

/// Lines of a report: a name, and behind it what there is to say.
struct Rows {
    private let rows: [(name: String, text: String)]

    /// Takes the lines.
    init(_ rows: [(String, String)]) {
        self.rows = rows.map { ($0.plainLine, $1.plainLine) }
    }

    /// How wide the names are.
    var width: Int { rows.map(\.name.count).max() ?? 0 }

    /// The lines, what is said beginning in one column.
    var text: String { text(width: width) }

    /// The lines with room for names of `width` characters.
    func text(width: Int) -> String {
        let width = max(16, width) + 3
        return rows.map { $0.name + String(repeating: " ", count: width - $0.name.count) + $0.text }
            .joined(separator: "\n")
    }
}

/// Until when a secret holds, in words.
enum ExpirySentence {
    /// Such as `expires Tue 24 Nov 15:04 (48 h)`.
    static func text(_ expiry: Expiry, _ lifetime: Lifetime) -> String {
        switch expiry {
        case .never: "never expires"
        case .at(let date): "expires \(LocalTime.text(date)) (\(lifetime.title))"
        }
    }
}
