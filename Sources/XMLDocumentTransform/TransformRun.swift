import Diagnostics

/// One application of a transform to a document: the walk through the transform, element by element.
///
/// After an error the walk goes on, so that everything there is to say is said at once.
final class TransformRun {
    let transform: TransformDocument
    let source: ParsedDocument
    let target: TargetDocument
    var diagnostics: [Diagnostic] = []
    /// The document as it was, to tell what never matched from what an earlier transform took away.
    private(set) lazy var original = TargetDocument(source)
    private(set) lazy var sourceLines = LineIndex(source.source.utf8)

    /// Prepares to apply a transform to a document.
    init(_ transform: TransformDocument, to source: ParsedDocument) {
        self.transform = transform
        self.source = source
        target = TargetDocument(source)
    }

    /// Applies the transform.
    func run() {
        guard transform.hasDirectives else {
            noteMissingNamespace()
            return
        }
        checkElements()
        if let root = transform.tree.root { visit(TransformElement(root, in: nil, of: transform)) }
    }

    /// Looks at elements in the namespace before anything runs: none of them means anything here.
    private func checkElements() {
        let namespace = transform.tree.findNamespace(Namespace.transform)
        for element in transform.elements {
            let record = transform.tree.nodes[element]
            if record.namespace == namespace {
                let name = transform.tree.names.name(record.name)
                let isImport = transform.tree.names.name(transform.tree.localName(record.name)) == "Import"
                diagnostics.append(
                    isImport
                        ? .error(
                            "xdt-import", "'\(name)' loads .NET code, which this program cannot run",
                            at: transform.location(ofElement: element),
                            hint: "use the built-in transforms and locators")
                        : .warning(
                            "xdt-unknown-element", "'\(name)' is not an element of the transform language",
                            at: transform.location(ofElement: element)))
            }
            noteUnknownDirectives(of: element)
        }
    }

    private func noteUnknownDirectives(of element: Int) {
        let tree = transform.tree
        guard let namespace = tree.findNamespace(Namespace.transform) else { return }
        let known = TransformDocument.Directive.allCases.map(\.rawValue)
        for place in tree.nodes[element].attributes where tree.attributes[place].namespace == namespace {
            let attribute = tree.attribute(at: place)
            if known.contains(attribute.localName) { continue }
            diagnostics.append(
                .note(
                    "xdt-unknown-attribute", "'\(attribute.name)' has no effect",
                    at: transform.location(Int(tree.attributes[place].nameStart)),
                    hint: attribute.localName == "SuppressWarnings"
                        ? "the language spells it 'SupressWarnings', with one p"
                        : NearestName.hint(for: attribute.localName, among: known)))
        }
    }

    private func noteMissingNamespace() {
        let nearly = transform.tree.namespaces.first {
            $0.lowercased().hasSuffix("schemas.microsoft.com/xml-document-transform")
        }
        let location = transform.tree.root.map { transform.location(ofElement: $0) }
        diagnostics.append(
            .note(
                "xdt-no-directives",
                "the transform changes nothing: it does not declare '\(Namespace.transform)'",
                at: location,
                hint: nearly.map {
                    "it declares '\($0)', which is another namespace; the spelling must be exact"
                }
                    ?? "declare it on the root element: xmlns:xdt=\"\(Namespace.transform)\""))
    }

    /// Executes the element's transform, then visits its children.
    ///
    /// The recursion is as deep as the transform nests, which is bounded.
    private func visit(_ element: TransformElement) {
        if let directive = transform.directive(.transform, of: element.node) {
            do {
                let directive = try readDirective(directive, of: element)
                Execution(of: directive, on: element, in: self).execute()
            } catch {
                diagnostics.append(error.diagnostic)
                return
            }
        }
        for child in transform.tree.children(of: element.node)
        where transform.tree.nodes[child].kind == .element {
            visit(TransformElement(child, in: element, of: transform))
        }
    }

    private func readDirective(
        _ directive: (value: String, offset: Int), of element: TransformElement
    ) throws(Complaint) -> TransformDirective {
        guard let invocation = Invocation(directive.value) else {
            throw Complaint(
                "xdt-transform-syntax",
                "the transform '\(directive.value)' is not of the form 'Name' or 'Name(…)'",
                at: transform.location(directive.offset),
                hint: "write for example 'SetAttributes(value)'")
        }
        guard let name = TransformName(rawValue: invocation.name) else {
            throw Complaint(
                "xdt-unknown-transform", "there is no transform '\(invocation.name)'",
                at: transform.location(directive.offset),
                hint: NearestName.hint(for: invocation.name, among: TransformName.allCases.map(\.rawValue)))
        }
        var silences = false
        if let value = transform.directive(.supressWarnings, of: element.node)?.value {
            switch value.trimmed.lowercased() {
            case "true": silences = true
            case "false": break
            default:
                throw Complaint(
                    "xdt-boolean", "'\(value)' is not a value for 'SupressWarnings' on '\(element.name)'",
                    at: element.location, hint: "write 'true' or 'false'")
            }
        }
        return TransformDirective(
            name: name, arguments: invocation.arguments, offset: directive.offset,
            silencesWarnings: silences)
    }
}

/// What a `Transform` attribute asks for.
struct TransformDirective {
    var name: TransformName
    var arguments: [String]
    /// The offset of the attribute's name in the transform.
    var offset: Int
    /// Whether its warnings are not wanted.
    var silencesWarnings: Bool
}
