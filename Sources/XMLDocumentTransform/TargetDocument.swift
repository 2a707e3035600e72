/// The document being transformed: its nodes, the changes made to them, and what helps to find them.
///
/// A class because one document is edited by many transforms in turn; it never leaves the call that made it.
final class TargetDocument {
    /// The nodes, changed and unchanged.
    var tree: NodeTree
    /// The start tags that differ from the text.
    var startTags: [Int: StartTag] = [:]
    /// Where elements came from that transforms brought in: offsets in the transform's text.
    var origins: [Int: Int] = [:]
    /// Whether anything was changed.
    private(set) var isChanged = false
    /// Finds children by name and attribute.
    var lookup = ChildLookup()
    /// The document for libxml2's XPath, once an expression needs it.
    private(set) lazy var mirror = makeMirror()
    private var hasMirror = false

    /// Creates a document that is still as it was read.
    init(_ document: ParsedDocument) {
        tree = document.tree
    }

    private func makeMirror() -> XPathMirror? {
        let mirror = XPathMirror()
        mirror?.add(NodeTree.document, of: self)
        hasMirror = mirror != nil
        return mirror
    }

    /// The attributes of an element as they are now, namespace declarations included.
    func attributes(of element: Int) -> [StartTag.Attribute] {
        startTags[element]?.attributes ?? tree.nodes[element].attributes.map { tree.attribute(at: $0) }
    }

    /// The value of an attribute of an element as it is now.
    func value(of element: Int, attribute name: String, namespace: String) -> String? {
        if let tag = startTags[element] {
            return tag.attributes.first {
                $0.localName == name && $0.namespace == namespace && !$0.isDeclaration
            }?.value
        }
        guard let number = tree.findNamespace(namespace), let local = tree.names.find(name) else {
            return nil
        }
        for index in tree.nodes[element].attributes {
            let span = tree.attributes[index]
            if tree.localName(span.name) == local, span.namespace == number, !span.isDeclaration {
                return tree.value(span)
            }
        }
        return nil
    }

    /// How many elements lie above and at a node.
    func depth(of node: Int) -> Int {
        var depth = 0
        var current = node
        while current > 0 {
            depth += 1
            current = Int(tree.nodes[current].parent)
        }
        return depth
    }

    // MARK: Changes

    /// Puts an unlinked node among the children of `parent`, before `successor` or at the end.
    func insert(_ node: Int, under parent: Int, before successor: Int? = nil) {
        isChanged = true
        tree.link(node, under: parent, before: successor)
        lookup.inserted(node, in: self)
        if hasMirror { mirror?.insert(node, of: self) }
    }

    /// Takes a node out of the document.
    func remove(_ node: Int) {
        isChanged = true
        if hasMirror { mirror?.remove(node, of: self) }
        tree.unlink(node)
    }

    /// Puts an unlinked node in the place of another.
    func replace(_ node: Int, with replacement: Int) {
        let parent = Int(tree.nodes[node].parent)
        let successor = tree.nodes[node].next
        remove(node)
        insert(replacement, under: parent, before: successor < 0 ? nil : Int(successor))
    }

    /// Replaces the attributes of an element.
    func setAttributes(_ attributes: [StartTag.Attribute], of element: Int) {
        isChanged = true
        startTags[element] = StartTag(attributes: attributes)
        lookup.changed(element, in: self)
        if hasMirror { mirror?.updateAttributes(of: element, in: self) }
    }

    /// Adds text to the document's store and says where it lies.
    func store(_ bytes: some Collection<UInt8>) -> Range<Int> {
        let start = tree.text.count
        tree.text.append(contentsOf: bytes)
        return start..<tree.text.count
    }

    /// Creates a node that is not yet part of the document.
    func makeNode(_ kind: Node.Kind, _ range: Range<Int>) -> Int {
        tree.nodes.append(
            Node(
                kind: kind, start: Int32(truncatingIfNeeded: range.lowerBound),
                end: Int32(truncatingIfNeeded: range.upperBound)))
        return tree.nodes.count - 1
    }
}
