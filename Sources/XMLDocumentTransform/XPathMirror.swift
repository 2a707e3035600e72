import CLibXML2

/// A libxml2 copy of a document, for XPath expressions that lookup cannot answer.
///
/// It is built from our nodes rather than by libxml2's parser: attribute values keep their line breaks, entities
/// are never expanded, and every libxml2 node knows the number of ours. Owns the libxml2 document and its context.
@safe final class XPathMirror {
    private let document: xmlDocPtr
    private let context: xmlXPathContextPtr
    /// The copy of each node by its number.
    private var copies: [xmlNodePtr?] = unsafe []
    private var needsOrdering = true
    private var operationsLeft = Limits.allXPathOperations
    private var checked: [String: XPathProblem?] = [:]
    fileprivate var message: String?

    /// Creates an empty copy; nil without memory.
    init?() {
        guard let document = unsafe xmlNewDoc("1.0") else { return nil }
        guard let context = unsafe xmlXPathNewContext(document) else {
            unsafe xmlFreeDoc(document)
            return nil
        }
        unsafe self.document = document
        unsafe self.context = context
        unsafe context.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
        unsafe ptvsd_set_xpath_error_handler(context) { owner, error in
            guard let owner = unsafe owner, let error = unsafe error?.pointee else { return }
            let mirror = unsafe Unmanaged<XPathMirror>.fromOpaque(owner).takeUnretainedValue()
            let message = unsafe error.message.map { unsafe String(cString: $0) } ?? "it cannot be evaluated"
            if mirror.message == nil { mirror.message = message.trimmed }
        }
    }

    deinit {
        unsafe xmlXPathFreeContext(context)
        unsafe xmlFreeDoc(document)
    }

    /// Finds errors in the syntax of an expression.
    func check(_ expression: String) throws(XPathProblem) {
        if let known = checked[expression] {
            if let known { throw known }
            return
        }
        message = nil
        let compiled = unsafe xmlXPathCtxtCompile(context, expression)
        let problem = unsafe compiled == nil ? XPathProblem(sentence: message ?? "it cannot be read") : nil
        if let compiled = unsafe compiled { unsafe xmlXPathFreeCompExpr(compiled) }
        checked[expression] = .some(problem)
        if let problem { throw problem }
    }

    /// Evaluates an expression that must lead to nodes.
    ///
    /// - Parameters:
    ///   - expression: The XPath.
    ///   - node: The number of the node it starts from.
    ///   - namespaces: The namespaces by prefix.
    /// - Returns: The nodes in document order.
    /// - Throws: What is wrong with the expression.
    func evaluate(
        _ expression: String, from node: Int, _ namespaces: [String: String]
    ) throws(XPathProblem) -> [Target] {
        try check(expression)
        message = nil
        if needsOrdering { unsafe _ = xmlXPathOrderDocElems(document) }
        needsOrdering = false
        unsafe xmlXPathRegisteredNsCleanup(context)
        for (prefix, uri) in namespaces { unsafe _ = xmlXPathRegisterNs(context, prefix, uri) }
        unsafe context.pointee.node = counterpart(of: node)
        unsafe context.pointee.opCount = 0
        unsafe context.pointee.opLimit = max(1, min(Limits.xpathOperations, operationsLeft))
        defer { operationsLeft -= unsafe min(operationsLeft, context.pointee.opCount) }
        guard let result = unsafe xmlXPathEvalExpression(expression, context) else {
            throw XPathProblem(sentence: message ?? "it cannot be evaluated")
        }
        defer { unsafe xmlXPathFreeObject(result) }
        guard unsafe result.pointee.type == XPATH_NODESET else {
            throw XPathProblem(sentence: "it leads to a value, not to nodes")
        }
        guard let set = unsafe result.pointee.nodesetval else { return [] }
        unsafe xmlXPathNodeSetSort(set)
        return unsafe (0..<Int(set.pointee.nodeNr)).compactMap { index in
            unsafe set.pointee.nodeTab[index].map { unsafe target($0) }
        }
    }

    private func target(_ node: xmlNodePtr) -> Target {
        switch unsafe node.pointee.type {
        case XML_NAMESPACE_DECL: return .namespace
        case XML_DOCUMENT_NODE: return .node(NodeTree.document)
        case XML_ATTRIBUTE_NODE:
            guard let owner = unsafe node.pointee.parent, let name = unsafe node.pointee.name else {
                return .namespace
            }
            return unsafe .attribute(owner: number(owner), name: String(cString: name))
        default: return unsafe .node(number(node))
        }
    }

    private func number(_ node: xmlNodePtr) -> Int { unsafe Int(bitPattern: node.pointee._private) }

    private func counterpart(of node: Int) -> xmlNodePtr? {
        guard node != NodeTree.document else {
            return unsafe UnsafeMutableRawPointer(document).assumingMemoryBound(to: xmlNode.self)
        }
        return unsafe node < copies.count ? copies[node] : nil
    }
}

extension XPathMirror {
    /// Copies a node with all that is in it, the document node included.
    func add(_ node: Int, of document: TargetDocument) {
        let tree = document.tree
        if node != NodeTree.document { addAlone(node, of: document, isLast: false) }
        var current = node
        while true {
            if tree.nodes[current].firstChild >= 0 {
                current = Int(tree.nodes[current].firstChild)
            } else {
                while current != node, tree.nodes[current].next < 0 {
                    current = Int(tree.nodes[current].parent)
                }
                if current == node { return }
                current = Int(tree.nodes[current].next)
            }
            addAlone(current, of: document, isLast: true)
        }
    }

    /// Copies a node that became part of the document.
    func insert(_ node: Int, of document: TargetDocument) {
        needsOrdering = true
        add(node, of: document)
    }

    /// Drops the copy of a node that is about to leave the document.
    func remove(_ node: Int, of document: TargetDocument) {
        guard let copy = unsafe counterpart(of: node) else { return }
        let tree = document.tree
        // The copies inside go with it.
        var current = node
        repeat {
            if unsafe current < copies.count { unsafe copies[current] = nil }
            if tree.nodes[current].firstChild >= 0 {
                current = Int(tree.nodes[current].firstChild)
                continue
            }
            while current != node, tree.nodes[current].next < 0 { current = Int(tree.nodes[current].parent) }
            if current != node { current = Int(tree.nodes[current].next) }
        } while current != node
        unsafe xmlUnlinkNode(copy)
        unsafe xmlFreeNode(copy)
    }

    /// Copies the attributes of an element anew.
    func updateAttributes(of element: Int, in document: TargetDocument) {
        guard let copy = unsafe counterpart(of: element) else { return }
        if let properties = unsafe copy.pointee.properties { unsafe xmlFreePropList(properties) }
        unsafe copy.pointee.properties = nil
        unsafe addAttributes(of: element, in: document, to: copy)
    }

    /// Copies one node and links the copy where its neighbours' copies are; `isLast` saves looking for them.
    private func addAlone(_ node: Int, of target: TargetDocument, isLast: Bool) {
        let record = target.tree.nodes[node]
        guard let copy = unsafe makeCopy(record, of: target.tree) else { return }
        while unsafe copies.count <= node { unsafe copies.append(nil) }
        unsafe copies[node] = copy
        unsafe copy.pointee._private = UnsafeMutableRawPointer(bitPattern: node)
        // Linked by hand: libxml2's own functions would join neighbouring texts.
        let parent = unsafe counterpart(of: Int(record.parent))
        unsafe copy.pointee.parent = parent
        var following = isLast ? -1 : record.next
        while following >= 0, unsafe counterpart(of: Int(following)) == nil {
            following = target.tree.nodes[Int(following)].next
        }
        let next = following < 0 ? nil : unsafe counterpart(of: Int(following))
        let previous = unsafe next == nil ? parent?.pointee.last : next?.pointee.prev
        unsafe copy.pointee.next = next
        unsafe copy.pointee.prev = previous
        if let next = unsafe next {
            unsafe next.pointee.prev = copy
        } else {
            unsafe parent?.pointee.last = copy
        }
        if let previous = unsafe previous {
            unsafe previous.pointee.next = copy
        } else {
            unsafe parent?.pointee.children = copy
        }
        if record.kind == .element {
            unsafe addAttributes(of: node, in: target, to: copy)
            let uri = target.tree.namespaces[Int(record.namespace)]
            if !uri.isEmpty {
                let prefix = target.tree.names.entries[Int(record.name)].prefix
                unsafe copy.pointee.ns = namespace(
                    uri, prefix: prefix < 0 ? nil : target.tree.names.name(prefix), for: copy)
            }
        }
    }

    private func makeCopy(_ record: Node, of tree: NodeTree) -> xmlNodePtr? {
        let text = tree.string(record.range)
        switch record.kind {
        case .element:
            return unsafe xmlNewDocNode(document, nil, tree.names.name(tree.localName(record.name)), nil)
        case .text, .whitespace, .significantWhitespace:
            return unsafe xmlNewDocText(document, CharacterReference.resolve(tree.text[record.range]))
        case .cdata:
            let content = text.dropFirst(9).dropLast(3)
            return unsafe xmlNewCDataBlock(document, String(content), Int32(content.utf8.count))
        case .comment: return unsafe xmlNewDocComment(document, String(text.dropFirst(4).dropLast(3)))
        case .instruction:
            let content = text.dropFirst(2).dropLast(2)
            let name = content.prefix { !$0.isXMLSpace }
            return unsafe xmlNewDocPI(document, String(name), String(content[name.endIndex...]).trimmed)
        case .document, .declaration, .doctype, .entityReference: return nil
        }
    }

    private func addAttributes(of element: Int, in target: TargetDocument, to copy: xmlNodePtr) {
        let attributes = target.attributes(of: element)
        for attribute in attributes where attribute.isDeclaration {
            let prefix = attribute.prefix == nil ? nil : attribute.localName
            unsafe _ = xmlNewNs(copy, attribute.value, prefix)
        }
        for attribute in attributes where !attribute.isDeclaration {
            let space =
                attribute.namespace.isEmpty
                ? nil : unsafe namespace(attribute.namespace, prefix: attribute.prefix, for: copy)
            unsafe _ = xmlNewNsProp(copy, space, attribute.localName, attribute.value)
        }
    }

    /// A namespace in scope of a copy with this URI, declared there if there is none.
    private func namespace(_ uri: String, prefix: String?, for copy: xmlNodePtr) -> xmlNsPtr? {
        if let found = unsafe xmlSearchNs(document, copy, prefix),
            unsafe found.pointee.href.map({ unsafe String(cString: $0) }) == uri
        {
            return unsafe found
        }
        return unsafe xmlSearchNsByHref(document, copy, uri) ?? xmlNewNs(copy, uri, prefix)
            ?? xmlNewNs(copy, uri, "\(prefix ?? "d").\(Int(bitPattern: copy.pointee._private))")
    }
}
