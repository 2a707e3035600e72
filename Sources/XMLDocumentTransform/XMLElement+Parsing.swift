package import Diagnostics

extension XMLElement {
    /// Reads the root element of a document.
    ///
    /// - Parameters:
    ///   - bytes: The document, in any encoding XML allows.
    ///   - file: The name used in diagnostics.
    /// - Throws: A `Failure` that says where the document is malformed.
    package init(parsing bytes: [UInt8], file: String) throws(Failure) {
        let document = try ParsedDocument(bytes, file: file)
        guard let root = document.tree.root else {
            throw Failure(.badInput, id: "xml-malformed", "there is no root element", at: .init(file: file))
        }
        self = ElementReader(document).element(root)
    }
}

/// Copies nodes into values that stand on their own.
///
/// The recursion is as deep as the document, which is bounded.
private struct ElementReader {
    private let tree: NodeTree
    private let lines: LineIndex
    private let file: String

    init(_ document: ParsedDocument) {
        tree = document.tree
        lines = LineIndex(document.source.utf8)
        file = document.source.file
    }

    func element(_ node: Int) -> XMLElement {
        let record = tree.nodes[node]
        let attributes = tree.attributes[record.attributes].filter { !$0.isDeclaration }.map { attribute in
            XMLElement.Attribute(
                name: tree.names.name(attribute.name),
                localName: tree.names.name(tree.localName(attribute.name)),
                namespace: attribute.namespace == 0 ? nil : tree.namespaces[Int(attribute.namespace)],
                value: CharacterReference.resolve(normalizedValue(tree.text[attribute.valueRange])),
                location: location(Int(attribute.nameStart)))
        }
        return XMLElement(
            name: tree.names.name(record.name), localName: tree.names.name(tree.localName(record.name)),
            namespace: record.namespace == 0 ? nil : tree.namespaces[Int(record.namespace)],
            attributes: attributes, content: content(of: node), location: location(Int(record.start) + 1))
    }

    private func content(of node: Int) -> [XMLElement.Node] {
        var content: [XMLElement.Node] = []
        var text = ""
        func flush() {
            if !text.isEmpty { content.append(.text(text)) }
            text = ""
        }
        for child in tree.children(of: node) {
            let range = tree.nodes[child].range
            switch tree.nodes[child].kind {
            case .text, .whitespace, .significantWhitespace, .entityReference:
                text += CharacterReference.resolve(normalizedText(tree.text[range]))
            case .cdata:
                text += String(
                    decoding: normalizedText(tree.text[range.dropFirst(9).dropLast(3)]), as: UTF8.self)
            case .comment:
                flush()
                let comment = normalizedText(tree.text[range.dropFirst(4).dropLast(3)])
                content.append(.comment(String(decoding: comment, as: UTF8.self)))
            case .element:
                flush()
                content.append(.element(element(child)))
            case .document, .declaration, .doctype, .instruction:
                break
            }
        }
        flush()
        return content
    }

    private func location(_ offset: Int) -> Diagnostic.Location {
        let position = lines.position(of: offset)
        return .init(file: file, line: position.line, column: position.column)
    }

    /// Line ends become LF (XML 1.0, section 2.11).
    private func normalizedText(_ markup: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard markup.contains(0x0D) else { return markup }
        var result: [UInt8] = []
        for index in markup.indices {
            if markup[index] != 0x0D {
                result.append(markup[index])
            } else if index + 1 == markup.endIndex || markup[index + 1] != 0x0A {
                result.append(0x0A)
            }
        }
        return result[...]
    }

    /// Line ends and tabs in attribute values become spaces (XML 1.0, section 3.3.3).
    private func normalizedValue(_ markup: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let text = normalizedText(markup)
        guard text.contains(where: { $0 == 0x0A || $0 == 0x09 }) else { return text }
        return text.map { $0 == 0x0A || $0 == 0x09 ? 0x20 : $0 }[...]
    }
}
