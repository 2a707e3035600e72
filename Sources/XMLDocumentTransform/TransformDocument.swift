import Diagnostics

/// A parsed transform, with places for whatever has to be said about it.
struct TransformDocument: Sendable {
    let document: ParsedDocument
    private let lines: LineIndex

    /// The nodes of the transform.
    var tree: NodeTree { document.tree }

    /// Reads a transform.
    init(_ bytes: [UInt8], file: String) throws(Failure) {
        document = try ParsedDocument(bytes, file: file)
        lines = LineIndex(document.source.utf8)
    }

    /// Whether anything could be a directive: the namespace is declared somewhere.
    var hasDirectives: Bool { tree.findNamespace(Namespace.transform) != nil }

    /// The place of an offset in the text.
    func location(_ offset: Int) -> Diagnostic.Location {
        let position = lines.position(of: offset)
        return .init(file: document.source.file, line: position.line, column: position.column)
    }

    /// The place of an element: the first character of its name.
    func location(ofElement element: Int) -> Diagnostic.Location {
        location(Int(tree.nodes[element].start) + 1)
    }

    /// A directive of an element: its value and the place of its name.
    func directive(_ name: String, of element: Int) -> (value: String, location: Diagnostic.Location)? {
        guard let namespace = tree.findNamespace(Namespace.transform) else { return nil }
        for place in tree.nodes[element].attributes {
            let span = tree.attributes[place]
            if span.namespace == namespace, tree.names.name(tree.localName(span.name)) == name {
                return (tree.value(span), location(Int(span.nameStart)))
            }
        }
        return nil
    }

    /// The elements in document order.
    var elements: [Int] { tree.nodes.indices.filter { tree.nodes[$0].kind == .element } }
}
