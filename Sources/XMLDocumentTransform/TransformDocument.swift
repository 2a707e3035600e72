import Diagnostics

/// A parsed transform, with places for whatever has to be said about it.
struct TransformDocument: Sendable {
    /// The attributes that are directives.
    enum Directive: String, CaseIterable {
        case transform = "Transform"
        case locator = "Locator"
        /// Spelt like this in the language.
        case supressWarnings = "SupressWarnings"
    }

    let document: ParsedDocument
    private let lines: LineIndex
    private let namespace: Int32?
    private let names: [Directive: Int32]

    /// The nodes of the transform.
    var tree: NodeTree { document.tree }

    /// Reads a transform.
    init(_ bytes: [UInt8], file: String) throws(Failure) {
        document = try ParsedDocument(bytes, file: file)
        lines = LineIndex(document.source.utf8)
        namespace = document.tree.findNamespace(Namespace.transform)
        var names: [Directive: Int32] = [:]
        for directive in Directive.allCases {
            names[directive] = document.tree.names.find(directive.rawValue)
        }
        self.names = names
    }

    /// Whether anything could be a directive: the namespace is declared somewhere.
    var hasDirectives: Bool { namespace != nil }

    /// The place of an offset in the text.
    func location(_ offset: Int) -> Diagnostic.Location {
        let position = lines.position(of: offset)
        return .init(file: document.source.file, line: position.line, column: position.column)
    }

    /// The place of an element: the first character of its name.
    func location(ofElement element: Int) -> Diagnostic.Location {
        location(Int(tree.nodes[element].start) + 1)
    }

    /// A directive of an element: its value and the offset of its name.
    func directive(_ directive: Directive, of element: Int) -> (value: String, offset: Int)? {
        guard let namespace, let name = names[directive] else { return nil }
        for place in tree.nodes[element].attributes {
            let span = tree.attributes[place]
            if span.namespace == namespace, tree.localName(span.name) == name {
                return (tree.value(span), Int(span.nameStart))
            }
        }
        return nil
    }

    /// The elements in document order.
    var elements: [Int] { tree.nodes.indices.filter { tree.nodes[$0].kind == .element } }
}
