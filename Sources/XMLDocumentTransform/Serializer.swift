/// Writes the result: untouched stretches of the source as they are, and tags of its own where something changed.
struct Serializer {
    private let document: TargetDocument
    private let tree: NodeTree
    private let largestScalar: UInt32
    private var output: [UInt8] = []
    /// A stretch of the text that still has to be copied; neighbours are copied at once.
    private var pending = 0..<0
    private var generated: [Int: [(prefix: String, uri: String)]] = [:]
    /// The names of new elements as written in their start tags.
    private var writtenNames: [Int: String] = [:]
    /// Whether the document knows any namespace besides that of `xml:`.
    private let hasNamespaces: Bool
    /// The reference breaks a line before an attribute that would pass this column.
    private static let lineLimit = 158

    private init(_ document: TargetDocument, largestScalar: UInt32) {
        self.document = document
        tree = document.tree
        hasNamespaces = document.tree.namespaces.count > 2
        self.largestScalar = largestScalar
        output.reserveCapacity(document.tree.text.count + 4096)
    }

    /// The document as UTF-8.
    ///
    /// - Parameters:
    ///   - document: The document after formatting.
    ///   - largestScalar: The largest scalar that the encoding can hold as it is.
    /// - Returns: The text without a byte order mark.
    static func serialize(_ document: TargetDocument, largestScalar: UInt32) -> [UInt8] {
        var serializer = Serializer(document, largestScalar: largestScalar)
        serializer.walk()
        serializer.flush()
        return serializer.output
    }

    private mutating func walk() {
        var current = tree.nodes[NodeTree.document].firstChild
        while current >= 0 {
            var record = tree.nodes[Int(current)]
            if record.kind == .element {
                writeStartTag(Int(current), record)
                if record.firstChild >= 0 {
                    current = record.firstChild
                    continue
                }
                writeEndTag(Int(current), record)
            } else {
                copy(record.range)
            }
            while record.next < 0, record.parent > 0 {
                let parent = Int(record.parent)
                record = tree.nodes[parent]
                writeEndTag(parent, record)
            }
            current = record.next
        }
    }

    private mutating func writeStartTag(_ element: Int, _ record: Node) {
        guard let tag = document.startTags[element] else {
            if record.isSelfClosed, record.firstChild >= 0 {
                copy(Int(record.start)..<Int(record.end) - 2)
                write(">")
            } else {
                copy(record.range)
            }
            return
        }
        var scope: NamespaceScope?
        if hasNamespaces { scope = makeScope(for: element, tag) }
        let name = elementName(element, record, &scope)
        write("<\(name)")
        for item in tag.layout?.items ?? [] {
            let attribute = tag.attributes[item.attribute]
            writeAttribute(attribute, item.space, tag.layout?.lineBreak, &scope)
        }
        // The latest declaration comes first, as in the reference.
        for declaration in (scope?.declared ?? []).reversed() {
            let attribute = declaration.prefix.isEmpty ? "xmlns" : "xmlns:\(declaration.prefix)"
            write(" \(attribute)=\"")
            write(Escaping.attribute(declaration.uri, largestScalar: largestScalar))
            write("\"")
        }
        if let declared = scope?.declared, !declared.isEmpty { generated[element] = declared }
        if let trailing = tag.layout?.trailing { copy(trailing) }
        write(record.isSelfClosed && record.firstChild < 0 ? "/>" : ">")
    }

    private mutating func elementName(_ element: Int, _ record: Node, _ scope: inout NamespaceScope?)
        -> String
    {
        guard record.isNew else { return tree.names.name(record.name) }
        let entry = tree.names.entries[Int(record.name)]
        let local = tree.names.name(entry.local)
        let own = entry.prefix < 0 ? "" : tree.names.name(entry.prefix)
        let uri = tree.namespaces[Int(record.namespace)]
        let prefix = scope?.prefix(forElementIn: uri, preferring: own) ?? ""
        let name = prefix.isEmpty ? local : "\(prefix):\(local)"
        writtenNames[element] = name
        return name
    }

    private mutating func writeAttribute(
        _ attribute: StartTag.Attribute, _ space: Range<Int>?, _ lineBreak: Range<Int>?,
        _ scope: inout NamespaceScope?
    ) {
        var text: [UInt8]
        if let span = attribute.span {
            text = Array(tree.text[tree.attributes[span].range])
        } else {
            var name = attribute.name
            if !attribute.namespace.isEmpty, !attribute.isDeclaration {
                let prefix = scope?.prefix(
                    forAttributeIn: attribute.namespace, preferring: attribute.prefix ?? "")
                name = "\(prefix ?? attribute.prefix ?? ""):\(attribute.localName)"
            }
            text = Array("\(name)=\"".utf8)
            text += Escaping.attribute(attribute.value, largestScalar: largestScalar)
            text.append(UInt8(ascii: "\""))
        }
        if let space {
            copy(space)
        } else if let lineBreak, column() + Self.units(text[...]) > Self.lineLimit {
            copy(lineBreak)
        } else {
            write(" ")
        }
        write(text)
    }

    /// How many UTF-16 units stand on the current line, as far as it matters.
    private mutating func column() -> Int {
        flush()
        var start = output.count
        while start > 0, output[start - 1] != 0x0A, output.count - start <= 4 * Self.lineLimit { start -= 1 }
        return Self.units(output[start...])
    }

    private static func units(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
    }

    private mutating func writeEndTag(_ element: Int, _ record: Node) {
        if record.isSelfClosed, record.firstChild < 0 { return }
        if record.isNew || record.isSelfClosed {
            write("</\(writtenNames[element] ?? tree.names.name(record.name))>")
        } else {
            copy(Int(record.endTagStart)..<Int(record.endTagEnd))
        }
    }

    /// What is in scope where an element stands, with its own declarations that are text already.
    private func makeScope(for element: Int, _ tag: StartTag) -> NamespaceScope {
        let parent = Int(tree.nodes[element].parent)
        var scope = NamespaceScope(document.declarations(inside: parent, generated: generated))
        for attribute in tag.attributes where attribute.isDeclaration {
            scope.add(prefix: attribute.prefix == nil ? "" : attribute.localName, uri: attribute.value)
        }
        return scope
    }

    private mutating func copy(_ range: Range<Int>) {
        if range.isEmpty { return }
        if range.lowerBound == pending.upperBound {
            pending = pending.lowerBound..<range.upperBound
        } else {
            flush()
            pending = range
        }
    }

    private mutating func write(_ text: String) {
        flush()
        output.append(contentsOf: text.utf8)
    }

    private mutating func write(_ text: [UInt8]) {
        flush()
        output.append(contentsOf: text)
    }

    private mutating func flush() {
        if pending.isEmpty { return }
        output.append(contentsOf: tree.text[pending])
        pending = 0..<0
    }
}
