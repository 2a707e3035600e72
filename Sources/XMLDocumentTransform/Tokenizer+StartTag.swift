extension Tokenizer {
    /// Reads a start tag with its attributes, and resolves the namespaces of both.
    mutating func readStartTag() throws(Problem) {
        let start = position
        let nameEnd = nameEnd(from: start + 1)
        guard nameEnd > start + 1 else { throw .malformed(offset: start) }
        guard open.count <= Limits.depth else { throw .tooDeep(offset: start + 1) }
        var node = Node(kind: .element, start: Int32(truncatingIfNeeded: start), end: 0)
        node.name = tree.names.intern(text, start + 1..<nameEnd)
        node.firstAttribute = Int32(truncatingIfNeeded: tree.attributes.count)
        position = nameEnd
        var isProtected = preserves[preserves.count - 1]
        while let attribute = try readAttribute() {
            tree.attributes.append(attribute)
            if attribute.isDeclaration { declare(attribute) }
            if attribute.name == xmlSpace { isProtected = tree.string(attribute.valueRange) == "preserve" }
        }
        node.attributeCount = Int32(truncatingIfNeeded: tree.attributes.count) - node.firstAttribute
        node.namespace = namespace(ofPrefix: tree.names.entries[Int(node.name)].prefix)
        for index in node.attributes {
            let prefix = tree.names.entries[Int(tree.attributes[index].name)].prefix
            if prefix >= 0, prefix != xmlns {
                tree.attributes[index].namespace = namespace(ofPrefix: prefix)
            }
        }
        let isSelfClosed = text[position] == UInt8(ascii: "/")
        position += isSelfClosed ? 2 : 1
        guard position <= text.count else { throw .malformed(offset: start) }
        node.end = Int32(truncatingIfNeeded: position)
        tree.nodes.append(node)
        tree.link(tree.nodes.count - 1, under: open[open.count - 1])
        if isSelfClosed {
            closeScope()
        } else {
            open.append(tree.nodes.count - 1)
            preserves.append(isProtected)
        }
    }

    /// The next attribute of the start tag, or nil at its end, with the position on `>` or `/`.
    private mutating func readAttribute() throws(Problem) -> AttributeSpan? {
        let gap = position
        skipSpace()
        guard position < text.count else { throw .malformed(offset: gap) }
        if text[position] == UInt8(ascii: ">") || text[position] == UInt8(ascii: "/") { return nil }
        let start = position
        let end = nameEnd(from: start)
        guard end > start else { throw .malformed(offset: start) }
        position = end
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: "=") else {
            throw .malformed(offset: position)
        }
        position += 1
        skipSpace()
        guard position < text.count else { throw .malformed(offset: position) }
        let quote = text[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw .malformed(offset: position)
        }
        let valueStart = position + 1
        var valueEnd = valueStart
        while valueEnd < text.count, text[valueEnd] != quote { valueEnd += 1 }
        guard valueEnd < text.count else { throw .malformed(offset: position) }
        position = valueEnd + 1
        let name = tree.names.intern(text, start..<end)
        return AttributeSpan(
            gapStart: Int32(truncatingIfNeeded: gap), nameStart: Int32(truncatingIfNeeded: start),
            nameEnd: Int32(truncatingIfNeeded: end), valueStart: Int32(truncatingIfNeeded: valueStart),
            valueEnd: Int32(truncatingIfNeeded: valueEnd), name: name, namespace: 0,
            isDeclaration: name == xmlns || tree.names.entries[Int(name)].prefix == xmlns)
    }

    private mutating func declare(_ attribute: AttributeSpan) {
        let prefix = attribute.name == xmlns ? emptyPrefix : tree.localName(attribute.name)
        let namespace = tree.namespace(tree.value(attribute))
        bindings.append(.init(prefix: prefix, namespace: namespace, depth: open.count))
    }

    private func namespace(ofPrefix prefix: Int32) -> Int32 {
        var index = bindings.count - 1
        while index >= 0 {
            if bindings[index].prefix == prefix { return bindings[index].namespace }
            index -= 1
        }
        return 0
    }

    private mutating func skipSpace() {
        while position < text.count, Self.isSpace(text[position]) { position += 1 }
    }

    private func nameEnd(from start: Int) -> Int {
        var index = start
        while index < text.count {
            switch text[index] {
            case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "/"),
                UInt8(ascii: "<"), UInt8(ascii: "\""), UInt8(ascii: "'"):
                return index
            default: index += 1
            }
        }
        return index
    }
}
