/// A document as nodes in one array, each knowing its text, in a value that is cheap to copy until it is changed.
struct NodeTree: Sendable {
    /// The document's text, followed by whatever transforms brought in.
    var text: [UInt8]
    var nodes: [Node] = []
    var attributes: [AttributeSpan] = []
    var names = NameTable()
    /// Namespace URIs by number; 0 is none.
    private(set) var namespaces: [String] = [""]
    private var namespaceNumbers: [String: Int32] = ["": 0]

    /// The document node.
    static let document = 0

    /// Creates a tree of a document node alone.
    init(text: [UInt8]) {
        self.text = text
        nodes.append(Node(kind: .document, start: 0, end: 0))
    }

    /// The number of a namespace.
    mutating func namespace(_ uri: String) -> Int32 {
        if let number = namespaceNumbers[uri] { return number }
        let number = Int32(namespaces.count)
        namespaces.append(uri)
        namespaceNumbers[uri] = number
        return number
    }

    /// The number of a namespace, if the document mentions it.
    func findNamespace(_ uri: String) -> Int32? { namespaceNumbers[uri] }

    /// The name without its prefix, as a number.
    @inline(__always)
    func localName(_ name: Int32) -> Int32 { names.entries[Int(name)].local }

    /// The root element, if there is one.
    var root: Int? { children(of: Self.document).first { nodes[$0].kind == .element } }

    /// The children of a node in order.
    func children(of parent: Int) -> ChildSequence {
        ChildSequence(tree: self, upcoming: nodes[parent].firstChild)
    }

    /// The text of a span.
    func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

    /// The value of an attribute with its references resolved.
    func value(_ attribute: AttributeSpan) -> String {
        CharacterReference.resolve(text[attribute.valueRange])
    }

    /// Links `node` into the children of `parent`, before `successor` or at the end.
    mutating func link(_ node: Int, under parent: Int, before successor: Int? = nil) {
        let previous = successor.map { nodes[$0].previous } ?? nodes[parent].lastChild
        nodes[node].parent = Int32(parent)
        nodes[node].previous = previous
        nodes[node].next = Int32(successor ?? -1)
        if previous >= 0 {
            nodes[Int(previous)].next = Int32(node)
        } else {
            nodes[parent].firstChild = Int32(node)
        }
        if let successor {
            nodes[successor].previous = Int32(node)
        } else {
            nodes[parent].lastChild = Int32(node)
        }
    }

    /// Takes `node` out of its parent's children.
    mutating func unlink(_ node: Int) {
        let links = nodes[node]
        guard links.parent >= 0 else { return }
        if links.previous >= 0 {
            nodes[Int(links.previous)].next = links.next
        } else {
            nodes[Int(links.parent)].firstChild = links.next
        }
        if links.next >= 0 {
            nodes[Int(links.next)].previous = links.previous
        } else {
            nodes[Int(links.parent)].lastChild = links.previous
        }
        nodes[node].parent = -1
        nodes[node].previous = -1
        nodes[node].next = -1
    }
}

/// The children of a node.
struct ChildSequence: Sequence, IteratorProtocol {
    let tree: NodeTree
    var upcoming: Int32

    mutating func next() -> Int? {
        guard upcoming >= 0 else { return nil }
        let node = Int(upcoming)
        upcoming = tree.nodes[node].next
        return node
    }
}
