import Diagnostics

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The objects that `--format json` prints.
enum JSON {
    /// `value` as text, keys in alphabetical order.
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// A finding.
    struct Finding: Encodable {
        var severity: Diagnostic.Severity
        var id: String
        var message: String
        var file: String?
        var line: Int?
        var column: Int?
        var hint: String?

        /// The object for `diagnostic`.
        init(_ diagnostic: Diagnostic) {
            severity = diagnostic.severity
            id = diagnostic.id
            message = diagnostic.message
            file = diagnostic.location?.file
            line = diagnostic.location?.line
            column = diagnostic.location?.column
            hint = diagnostic.hint
        }
    }

    /// What a command that failed prints.
    struct Failed: Encodable {
        var diagnostics: [Finding]
    }
}
