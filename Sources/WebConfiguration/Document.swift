import Diagnostics
import Projects
import SystemPackage
import XMLDocumentTransform

/// A configuration file of the site while it is being transformed.
struct Document {
    /// Where it goes.
    let path: SitePath
    /// Where it comes from; nil for a generated one.
    let source: FilePath?
    /// Its name in diagnostics.
    let name: String
    /// Its contents so far.
    var bytes: [UInt8]
    /// Whether the secret is in it.
    var holdsSecret = false
    /// What was done to it, as short phrases for people.
    var changes: [String] = []

    /// What it says.
    var config: WebConfig {
        get throws(Failure) { try WebConfig(parsing: bytes, file: name) }
    }

    /// Applies a transform; its warnings are kept and its errors end the work.
    mutating func apply(_ transform: DocumentTransform, _ diagnostics: inout DiagnosticList) throws(Failure) {
        let outcome = try transform.apply(to: bytes, file: name)
        // A parent that is missing is reported for each element that looks for it.
        var seen: Set<Diagnostic> = []
        let findings = outcome.diagnostics.filter { seen.insert($0).inserted }
        guard outcome.succeeded else { throw Failure(.badInput, findings) }
        diagnostics.add(contentsOf: findings)
        bytes = outcome.output
    }
}
