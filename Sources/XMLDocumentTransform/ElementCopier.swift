/// Copies an element of the transform into the target, without directives and namespace declarations.
struct ElementCopier {
    /// What keeps an element from being copied.
    enum Problem: Error, Equatable {
        /// It refers to an entity that the target does not declare.
        case entity(String)
        /// The result would nest too deeply.
        case tooDeep
        /// The result would be too large.
        case tooLarge
    }

    private let transform: TransformDocument
    private let target: TargetDocument
    private let largestScalar: UInt32

    /// Prepares to copy from one document to another.
    init(from transform: TransformDocument, to target: TargetDocument, largestScalar: UInt32) {
        self.transform = transform
        self.target = target
        self.largestScalar = largestScalar
    }

    /// Copies an element with all that is in it.
    ///
    /// - Parameters:
    ///   - element: The element of the transform.
    ///   - depth: How many elements there will be around it.
    /// - Returns: The copy, not yet part of the target.
    /// - Throws: What keeps it from being copied.
    func copy(_ element: Int, atDepth depth: Int) throws(Problem) -> Int {
        guard depth < Limits.depth else { throw .tooDeep }
        guard target.tree.text.count < Limits.resultBytes else { throw .tooLarge }
        let tree = transform.tree
        let record = tree.nodes[element]
        let attributes = try attributes(of: element)
        let copy = target.makeNode(.element, 0..<0)
        target.tree.nodes[copy].isNew = true
        target.tree.nodes[copy].name = target.tree.names.intern(tree.names.name(record.name))
        target.tree.nodes[copy].namespace = target.tree.namespace(tree.namespaces[Int(record.namespace)])
        if !record.isSelfClosed { target.tree.nodes[copy].endTagStart = 0 }
        target.origins[copy] = Int(record.start) + 1
        for attribute in attributes { _ = target.tree.namespace(attribute.namespace) }
        target.startTags[copy] = StartTag(attributes: attributes)
        for child in tree.children(of: element) {
            let kind = tree.nodes[child].kind
            let range = tree.nodes[child].range
            var inner: Int?
            switch kind {
            case .element: inner = try self.copy(child, atDepth: depth + 1)
            case .text, .significantWhitespace:
                let text = Escaping.text(tree.text[range], largestScalar: largestScalar)
                inner = target.makeNode(kind, target.store(text))
            case .cdata, .comment, .instruction:
                inner = target.makeNode(kind, target.store(tree.text[range]))
            case .entityReference:
                throw .entity(tree.string(range.dropFirst().dropLast()))
            case .whitespace, .document, .declaration, .doctype: break
            }
            if let inner { target.tree.link(inner, under: copy) }
        }
        return copy
    }

    /// The attributes that are data, in document order.
    func attributes(of element: Int) throws(Problem) -> [StartTag.Attribute] {
        let tree = transform.tree
        var attributes: [StartTag.Attribute] = []
        for place in tree.nodes[element].attributes {
            let span = tree.attributes[place]
            var attribute = tree.attribute(at: place)
            if attribute.isDeclaration || attribute.namespace == Namespace.transform { continue }
            if let name = CharacterReference.entityName(in: tree.text[span.valueRange]) {
                throw .entity(name)
            }
            attribute.span = nil
            attributes.append(attribute)
        }
        return attributes
    }
}
