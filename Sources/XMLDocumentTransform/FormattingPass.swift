/// Sets white space around what transforms brought in or took out, the way the document itself does it.
///
/// One walk over the whole document in order, because the indentation in force at any place follows from all that
/// stands before it; nodes that no transform came near are only looked at. The rules are those of the reference
/// (docs/xdt.md), so that its results and ours agree.
struct FormattingPass {
    let document: TargetDocument
    /// The indentation in force, from its line break on; nil while unknown.
    var indent: Range<Int>?
    /// The white space for line breaks between attributes at this level, once computed.
    var attributeIndent: Range<Int>?
    /// One level of indentation, once computed.
    var oneTab: Range<Int>?
    /// The enclosing elements, outermost first.
    var levels: [Level] = []
    /// The node visited before; -1 at the start.
    var previous = -1
    let tab: Range<Int>
    let space: Range<Int>
    /// Indentations that were composed, so that equal ones share their text.
    var composed: [IndentPair: Range<Int>] = [:]
    var composedBytes = 0
    /// For each parent on the way, the next child known to break lines between attributes.
    var upcomingBreaks: [Int: Int] = [:]

    /// The state of an enclosing element, restored at its end.
    struct Level {
        var indent: Range<Int>
        var attributeIndent: Range<Int>?
    }

    /// An indentation and what is added to it.
    struct IndentPair: Hashable {
        var base: Range<Int>
        var tab: Range<Int>
    }

    private init(_ document: TargetDocument) {
        self.document = document
        tab = document.store([0x09])
        space = document.store([0x20])
        indent = space.lowerBound..<space.lowerBound
    }

    /// Formats a document after the last transform.
    static func run(on document: TargetDocument) {
        var pass = FormattingPass(document)
        pass.walk()
    }

    private mutating func walk() {
        var current = document.tree.nodes[NodeTree.document].firstChild
        while current >= 0 {
            let node = Int(current)
            var links = document.tree.nodes[node]
            switch links.kind {
            case .whitespace:
                visitWhitespace(node)
            case .element:
                start(node)
                links = document.tree.nodes[node]
                if links.firstChild >= 0 {
                    current = links.firstChild
                    continue
                }
                end(node)
            case .comment:
                ensureIndent(before: node)
                previous = node
            default:
                previous = node
            }
            while links.next < 0, links.parent > 0 {
                let parent = Int(links.parent)
                end(parent)
                links = document.tree.nodes[parent]
            }
            current = links.next
        }
    }

    private mutating func visitWhitespace(_ node: Int) {
        let record = document.tree.nodes[node]
        let tail = newlineTail(record.range)
        if previous >= 0, document.tree.nodes[previous].kind == .whitespace {
            // What stood between the two was removed. The later one stays, unless only the earlier breaks the line.
            if tail == nil, newlineTail(document.tree.nodes[previous].range) != nil {
                document.tree.unlink(node)
            } else {
                document.tree.unlink(previous)
                previous = node
            }
        } else {
            previous = node
        }
        if let tail { setIndent(tail) }
    }

    private mutating func setIndent(_ tail: Range<Int>) {
        if let indent, isEqual(indent, tail) { return }
        indent = tail
        oneTab = nil
        attributeIndent = nil
    }

    private mutating func start(_ node: Int) {
        ensureIndent(before: node)
        previous = node
        if document.startTags[node] != nil { layOutAttributes(of: node) }
        if !upcomingBreaks.isEmpty, upcomingBreaks[Int(document.tree.nodes[node].parent)] == node {
            upcomingBreaks[Int(document.tree.nodes[node].parent)] = nil
        }
        levels.append(Level(indent: currentIndent(at: node), attributeIndent: attributeIndent))
        indent = nil
        attributeIndent = nil
        moveClosingSpaceToEnd(of: node)
    }

    private mutating func end(_ node: Int) {
        if let level = levels.popLast() {
            indent = level.indent
            attributeIndent = level.attributeIndent
        }
        if !upcomingBreaks.isEmpty { upcomingBreaks[node] = nil }
        let record = document.tree.nodes[node]
        let isSelfClosed = record.isSelfClosed && record.firstChild < 0
        if !isSelfClosed, needsIndent(node) {
            let white = document.makeNode(.whitespace, currentIndent(at: node))
            document.tree.link(white, under: node)
        }
        previous = node
    }

    private mutating func ensureIndent(before node: Int) {
        guard needsIndent(node) else { return }
        let white = document.makeNode(.whitespace, currentIndent(at: node))
        let parent = Int(document.tree.nodes[node].parent)
        document.tree.link(white, under: parent, before: node)
    }

    private func needsIndent(_ node: Int) -> Bool {
        if previous >= 0 {
            let kind = document.tree.nodes[previous].kind
            if kind == .whitespace || kind == .text { return false }
        }
        return isNew(node) || previous >= 0 && isNew(previous)
    }

    /// Whether the node came in by a transform; nodes other than elements go with the element around them.
    private func isNew(_ node: Int) -> Bool {
        let record = document.tree.nodes[node]
        if record.kind == .element { return record.isNew }
        return record.parent > 0 && document.tree.nodes[Int(record.parent)].isNew
    }

    /// Keeps the white space before an end tag there when elements were appended behind it.
    private mutating func moveClosingSpaceToEnd(of node: Int) {
        let record = document.tree.nodes[node]
        guard !record.isNew, record.lastChild >= 0 else { return }
        var child = record.lastChild
        while child >= 0, document.tree.nodes[Int(child)].kind == .element,
            document.tree.nodes[Int(child)].isNew
        {
            child = document.tree.nodes[Int(child)].previous
        }
        guard child >= 0, child != record.lastChild, document.tree.nodes[Int(child)].kind == .whitespace
        else {
            return
        }
        document.tree.unlink(Int(child))
        document.tree.link(Int(child), under: node)
    }
}
