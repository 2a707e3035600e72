import Diagnostics
import XMLDocumentTransform

extension ProjectEvaluation {
    /// Whether the element has no `Condition` or one that holds.
    ///
    /// - Parameters:
    ///   - element: The element that is to be evaluated or not.
    ///   - item: The item whose metadata `%(…)` means.
    /// - Returns: Whether to evaluate the element.
    /// - Throws: A `Failure` with the place of a condition that has no value.
    mutating func conditionHolds(of element: XMLElement, item: Item? = nil) throws(Failure) -> Bool {
        guard let attribute = element.attribute("Condition"), !MSBuildText.isBlank(attribute.value) else {
            return true
        }
        // Imports look around from their own file, everything else from the project.
        let isImport = element.localName == "Import" || element.localName == "ImportGroup"
        var context = Context(
            evaluation: self, place: attribute.location, item: item,
            folder: isImport ? file.folder : root.folder)
        defer { diagnostics = context.evaluation.diagnostics }
        do {
            return try ConditionParser.parse(attribute.value).holds(in: &context)
        } catch let error as ConditionParser.SyntaxError {
            throw Failure(
                .badInput, id: "condition-syntax",
                "the condition \"\(attribute.value)\" cannot be read: \(error.message) at character \(error.position)",
                at: attribute.location)
        } catch let error as Condition.Unusable {
            throw Failure(
                .badInput, id: "condition-value", "the condition \"\(attribute.value)\" \(error.reason)",
                at: attribute.location)
        } catch {
            throw Failure(.badInput, id: "condition-value", "\(error)", at: attribute.location)
        }
    }

    private struct Context: ConditionContext {
        var evaluation: ProjectEvaluation
        let place: Diagnostic.Location
        let item: Item?
        let folder: String

        mutating func conditionText(_ text: String) -> String {
            MSBuildEscapes.unescaped(evaluation.expand(text, at: place, item: item))
        }

        func exists(_ path: String) -> Bool {
            evaluation.folders.find(MSBuildText.trimmed(path), from: folder) != nil
        }
    }
}
