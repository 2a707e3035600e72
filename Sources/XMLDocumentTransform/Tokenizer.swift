/// Splits a document into nodes and remembers where each of them, and each attribute, stands.
///
/// libxml2 has found the document well-formed before; what is checked here only keeps a mistake of ours from
/// turning into a crash.
struct Tokenizer {
    /// What keeps a document from being split.
    enum Problem: Error {
        /// Markup that this reader does not understand.
        case malformed(offset: Int)
        /// Elements nest deeper than `Limits.depth`.
        case tooDeep(offset: Int)
    }

    let text: [UInt8]
    var position = 0
    var tree: NodeTree
    /// The open elements, the document node first.
    var open: [Int] = [NodeTree.document]
    /// For each open element, whether white space in it is significant.
    var preserves: [Bool] = [false]
    /// The prefixes in scope, innermost last.
    var bindings: [Binding] = []
    let xmlns: Int32
    let xmlSpace: Int32
    let xmlPrefix: Int32
    let emptyPrefix: Int32 = -1

    /// A prefix, the namespace it stands for, and the depth of the element that declares it.
    struct Binding {
        var prefix: Int32
        var namespace: Int32
        var depth: Int
    }

    private init(_ text: [UInt8]) {
        self.text = text
        tree = NodeTree(text: text)
        tree.nodes.reserveCapacity(text.count / 32)
        tree.attributes.reserveCapacity(text.count / 40)
        xmlns = tree.names.intern("xmlns")
        xmlSpace = tree.names.intern("xml:space")
        xmlPrefix = tree.names.intern("xml")
        bindings.append(.init(prefix: xmlPrefix, namespace: tree.namespace(Namespace.xml), depth: 0))
    }

    /// Splits a document.
    static func tokenize(_ text: [UInt8]) throws(Problem) -> NodeTree {
        var tokenizer = Tokenizer(text)
        while tokenizer.position < text.count { try tokenizer.readNode() }
        guard tokenizer.open.count == 1 else { throw .malformed(offset: text.count) }
        return tokenizer.tree
    }

    private mutating func readNode() throws(Problem) {
        guard text[position] == UInt8(ascii: "<") else {
            if text[position] == UInt8(ascii: "&"), let end = entityReferenceEnd() {
                append(.entityReference, to: end)
            } else {
                readText()
            }
            return
        }
        guard position + 1 < text.count else { throw .malformed(offset: position) }
        switch text[position + 1] {
        case UInt8(ascii: "/"): try readEndTag()
        case UInt8(ascii: "?"):
            let isDeclaration =
                position == 0 && starts(with: "<?xml", at: 0) && text.count > 5 && Self.isSpace(text[5])
            append(isDeclaration ? .declaration : .instruction, to: try find("?>", from: position + 2))
        case UInt8(ascii: "!"):
            if starts(with: "<!--", at: position) {
                append(.comment, to: try find("-->", from: position + 4))
            } else if starts(with: "<![CDATA[", at: position) {
                append(.cdata, to: try find("]]>", from: position + 9))
            } else {
                append(.doctype, to: try doctypeEnd())
            }
        default: try readStartTag()
        }
    }

    private mutating func append(_ kind: Node.Kind, to end: Int) {
        tree.nodes.append(
            Node(kind: kind, start: Int32(truncatingIfNeeded: position), end: Int32(truncatingIfNeeded: end)))
        tree.link(tree.nodes.count - 1, under: open[open.count - 1])
        position = end
    }

    private mutating func readText() {
        var index = position
        var isBlank = true
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "<") { break }
            if byte == UInt8(ascii: "&") {
                let mark = position
                position = index
                let isEntity = entityReferenceEnd() != nil
                position = mark
                if isEntity { break }
            }
            if !Self.isSpace(byte) { isBlank = false }
            index += 1
        }
        let isProtected = preserves[preserves.count - 1]
        append(isBlank ? (isProtected ? .significantWhitespace : .whitespace) : .text, to: index)
    }

    /// The end of the reference at the current place, if it is one to an entity that a DTD declares.
    private func entityReferenceEnd() -> Int? {
        guard let end = text[position...].prefix(1024).firstIndex(of: UInt8(ascii: ";")),
            CharacterReference.scalar(named: text[position + 1..<end]) == nil
        else { return nil }
        return end + 1
    }

    private mutating func readEndTag() throws(Problem) {
        let end = try find(">", from: position)
        guard open.count > 1, let node = open.popLast() else { throw .malformed(offset: position) }
        preserves.removeLast()
        tree.nodes[node].endTagStart = Int32(truncatingIfNeeded: position)
        tree.nodes[node].endTagEnd = Int32(truncatingIfNeeded: end)
        closeScope()
        position = end
    }

    mutating func closeScope() {
        while let last = bindings.last, last.depth >= open.count { bindings.removeLast() }
    }

    /// The place after the next `delimiter`.
    func find(_ delimiter: StaticString, from start: Int) throws(Problem) -> Int {
        let first = delimiter.utf8CodeUnitCount > 0 ? unsafe delimiter.utf8Start.pointee : 0
        var index = start
        while let candidate = text.place(of: first, from: index) {
            if starts(with: delimiter, at: candidate) { return candidate + delimiter.utf8CodeUnitCount }
            index = candidate + 1
        }
        throw .malformed(offset: start)
    }

    private func doctypeEnd() throws(Problem) -> Int {
        var index = position
        var brackets = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard let end = text[(index + 1)...].firstIndex(of: text[index]) else {
                    throw .malformed(offset: index)
                }
                index = end
            case UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: "]"): brackets -= 1
            case UInt8(ascii: "<") where starts(with: "<!--", at: index):
                index = try find("-->", from: index + 4) - 1
            case UInt8(ascii: "<") where starts(with: "<?", at: index):
                index = try find("?>", from: index + 2) - 1
            case UInt8(ascii: ">") where brackets <= 0: return index + 1
            default: break
            }
            index += 1
        }
        throw .malformed(offset: position)
    }

    func starts(with prefix: StaticString, at index: Int) -> Bool {
        guard index + prefix.utf8CodeUnitCount <= text.count else { return false }
        return prefix.withUTF8Buffer { bytes in
            for offset in bytes.indices where unsafe bytes[offset] != text[index + offset] { return false }
            return true
        }
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
