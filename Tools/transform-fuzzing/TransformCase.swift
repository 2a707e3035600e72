import Diagnostics
import XMLDocumentTransform

/// One pair of documents to try, and what must hold whatever they contain.
package struct TransformCase: Sendable {
    package var source: [UInt8]
    package var transform: [UInt8]

    /// Creates a case.
    package init(source: [UInt8], transform: [UInt8]) {
        self.source = source
        self.transform = transform
    }

    /// Applies the transform and looks for anything that must never happen.
    ///
    /// - Returns: What happened that must not, or nil; and whether the transform was applied at all.
    package func run() -> (violation: String?, wasApplied: Bool) {
        do throws(Failure) {
            let transform = try DocumentTransform(parsing: transform, file: "transform")
            let outcome = try transform.apply(to: source, file: "source")
            return (violation(of: outcome, by: transform), true)
        } catch {
            let errors = error.diagnostics.filter { $0.severity == .error }
            let isPlaced =
                errors.count == 1 && errors[0].location?.line != nil && errors[0].location?.column != nil
            return (
                isPlaced ? nil : "a failure without exactly one placed error: \(error.diagnostics)", false
            )
        }
    }

    private func violation(of outcome: DocumentTransform.Outcome, by transform: DocumentTransform) -> String?
    {
        // Only taking out the root may leave something that is no document.
        do throws(Failure) {
            _ = try DocumentTransform(parsing: outcome.output, file: "output")
        } catch {
            if error.diagnostics.first?.id != "xml-no-root", error.diagnostics.first?.id != "xml-empty" {
                return "the output is malformed: \(error.diagnostics)"
            }
        }
        for diagnostic in outcome.diagnostics {
            if let line = diagnostic.location?.line, let column = diagnostic.location?.column,
                line < 1 || column < 1
            {
                return "an impossible place: \(diagnostic)"
            }
            if diagnostic.message.isEmpty { return "a diagnostic that says nothing" }
        }
        // The result must not depend on anything but the input.
        let again = try? transform.apply(to: source, file: "source")
        return again?.output == outcome.output ? nil : "a second application gave another result"
    }
}
