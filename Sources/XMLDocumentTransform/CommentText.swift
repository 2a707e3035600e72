/// Writes an element as the content of the comment that takes its place.
///
/// One space between attributes, double quotes, the declarations it needs after its attributes (docs/xdt.md); text
/// and values stay as they are written.
struct CommentText {
    private let document: TargetDocument
    private let tree: NodeTree
    private let largestScalar: UInt32
    private var output: [UInt8] = []
    /// The declarations of the enclosing elements, by level.
    private var levels: [[(prefix: String, uri: String)]] = []

    private init(_ document: TargetDocument, largestScalar: UInt32) {
        self.document = document
        tree = document.tree
        self.largestScalar = largestScalar
    }

    /// The comment for a node, delimiters included.
    ///
    /// Two hyphens cannot stand in a comment: a space is put between them, and `isAltered` says so.
    static func comment(
        for node: Int, in document: TargetDocument, largestScalar: UInt32
    ) -> (text: [UInt8], isAltered: Bool) {
        var writer = CommentText(document, largestScalar: largestScalar)
        writer.walk(node)
        var text = Array("<!-- ".utf8)
        var isAltered = false
        for byte in writer.output {
            if byte == UInt8(ascii: "-"), text.last == byte {
                text.append(0x20)
                isAltered = true
            }
            text.append(byte)
        }
        return (text + Array(" -->".utf8), isAltered)
    }

    private mutating func walk(_ top: Int) {
        var current = top
        while true {
            var record = tree.nodes[current]
            if record.kind == .element {
                writeStartTag(current, record)
                if record.firstChild >= 0 {
                    current = Int(record.firstChild)
                    continue
                }
                writeEndTag(record)
            } else {
                output.append(contentsOf: tree.text[record.range])
            }
            while current != top, record.next < 0 {
                current = Int(record.parent)
                record = tree.nodes[current]
                writeEndTag(record)
            }
            if current == top { return }
            current = Int(record.next)
        }
    }

    private mutating func writeStartTag(_ element: Int, _ record: Node) {
        var scope = NamespaceScope(levels.flatMap(\.self))
        let attributes = document.attributes(of: element)
        var own: [(prefix: String, uri: String)] = []
        for attribute in attributes where attribute.isDeclaration {
            let prefix = attribute.prefix == nil ? "" : attribute.localName
            scope.add(prefix: prefix, uri: attribute.value)
            own.append((prefix, attribute.value))
        }
        let entry = tree.names.entries[Int(record.name)]
        scope.require(
            prefix: entry.prefix < 0 ? "" : tree.names.name(entry.prefix),
            uri: tree.namespaces[Int(record.namespace)])
        output.append(contentsOf: "<\(tree.names.name(record.name))".utf8)
        for attribute in attributes {
            if !attribute.namespace.isEmpty, !attribute.isDeclaration, let prefix = attribute.prefix {
                scope.require(prefix: prefix, uri: attribute.namespace)
            }
            output.append(contentsOf: " \(attribute.name)=\"".utf8)
            output.append(contentsOf: value(of: attribute))
            output.append(UInt8(ascii: "\""))
        }
        for declaration in scope.declared.reversed() {
            let name = declaration.prefix.isEmpty ? "xmlns" : "xmlns:\(declaration.prefix)"
            output.append(contentsOf: " \(name)=\"".utf8)
            output.append(contentsOf: Escaping.attribute(declaration.uri, largestScalar: largestScalar))
            output.append(UInt8(ascii: "\""))
        }
        levels.append(own + scope.declared)
        output.append(contentsOf: (record.isSelfClosed && record.firstChild < 0 ? " />" : ">").utf8)
    }

    private mutating func writeEndTag(_ record: Node) {
        levels.removeLast()
        if record.isSelfClosed, record.firstChild < 0 { return }
        output.append(contentsOf: "</\(tree.names.name(record.name))>".utf8)
    }

    /// A value as it is written, safe between double quotes.
    private func value(of attribute: StartTag.Attribute) -> [UInt8] {
        guard let span = attribute.span else {
            return Escaping.attribute(attribute.value, largestScalar: largestScalar)
        }
        let written = tree.text[tree.attributes[span].valueRange]
        return written.flatMap { $0 == UInt8(ascii: "\"") ? Array("&quot;".utf8) : [$0] }
    }
}
