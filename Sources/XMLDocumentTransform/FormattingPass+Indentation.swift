extension FormattingPass {
    /// The part of white space from its last line break on; nil without a line break.
    func newlineTail(_ range: Range<Int>) -> Range<Int>? {
        let text = document.tree.text
        var index = range.upperBound - 1
        while index >= range.lowerBound {
            let byte = text[index]
            if byte == 0x0A {
                let isPair = index > range.lowerBound && text[index - 1] == 0x0D
                return (isPair ? index - 1 : index)..<range.upperBound
            }
            if byte == 0x0D { return index..<range.upperBound }
            index -= 1
        }
        return nil
    }

    /// The indentation in force at a node, computed if it is unknown.
    mutating func currentIndent(at node: Int) -> Range<Int> {
        if let indent { return indent }
        let computed = indentBesides(node) ?? compose(levels.last?.indent ?? tab.lowerBound..<tab.lowerBound)
        indent = computed
        return computed
    }

    /// The indentation that some sibling has: that of the first line break among them, but not the last node.
    private func indentBesides(_ node: Int) -> Range<Int>? {
        var child = document.tree.nodes[Int(document.tree.nodes[node].parent)].firstChild
        while child >= 0 {
            let record = document.tree.nodes[Int(child)]
            if record.kind == .whitespace, record.next >= 0, let tail = newlineTail(record.range) {
                return tail
            }
            child = record.next
        }
        return nil
    }

    /// An indentation with one level more.
    mutating func compose(_ base: Range<Int>) -> Range<Int> {
        let tab = currentTab()
        if tab.isEmpty { return base }
        let pair = IndentPair(base: base, tab: tab)
        if let known = composed[pair] { return known }
        // Nobody indents like that; unbounded, it could make a small document fill the memory.
        guard base.count + tab.count <= 1_000, composedBytes < 64 << 20 else { return base }
        composedBytes += base.count + tab.count
        let range = document.store(Array(document.tree.text[base]) + Array(document.tree.text[tab]))
        composed[pair] = range
        return range
    }

    /// One level of indentation, computed if it is unknown.
    private mutating func currentTab() -> Range<Int> {
        if let oneTab { return oneTab }
        let computed = computeTab()
        oneTab = computed
        return computed
    }

    private func computeTab() -> Range<Int> {
        guard let lowest = levels.first?.indent else { return tab }
        var upper = levels.count - 1
        while upper > 0 {
            let longer = levels[upper].indent
            let shorter = levels[upper - 1].indent
            if longer.count >= shorter.count,
                isEqual(longer.lowerBound..<longer.lowerBound + shorter.count, shorter)
            {
                return longer.lowerBound + shorter.count..<longer.upperBound
            }
            upper -= 1
        }
        // Only the root's own indentation is known: it is taken for one level, as the reference does, less one
        // character.
        var index = lowest.lowerBound
        while index < lowest.upperBound - 1 {
            let byte = document.tree.text[index]
            if byte != 0x0A, byte != 0x0D { return index + 1..<lowest.upperBound }
            index += 1
        }
        return tab
    }

    /// Whether two spans hold the same bytes.
    func isEqual(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
        if first == second { return true }
        guard first.count == second.count else { return false }
        let text = document.tree.text
        for offset in 0..<first.count
        where text[first.lowerBound + offset] != text[second.lowerBound + offset] {
            return false
        }
        return true
    }

    // MARK: Attributes

    /// Works out how the attributes of a changed or new start tag are set.
    mutating func layOutAttributes(of node: Int) {
        guard let attributes = document.startTags[node]?.attributes else { return }
        var spacing = AttributeSpacing(of: node, in: document.tree, space: space)
        let own = document.tree.recordedBreak(of: node)
        let layout = spacing.layout(attributes) { own ?? currentAttributeIndent(at: node) }
        document.startTags[node]?.layout = layout
    }

    /// The white space for line breaks between attributes at this level, computed if it is unknown.
    private mutating func currentAttributeIndent(at node: Int) -> Range<Int> {
        if let attributeIndent { return attributeIndent }
        let computed = breakBesides(node) ?? compose(currentIndent(at: node))
        attributeIndent = computed
        return computed
    }

    /// What the element before this one does, else the first one after it that breaks lines between attributes.
    private mutating func breakBesides(_ node: Int) -> Range<Int>? {
        var child = document.tree.nodes[node].previous
        while child >= 0, document.tree.nodes[Int(child)].kind != .element {
            child = document.tree.nodes[Int(child)].previous
        }
        if child >= 0, let found = lineBreak(of: Int(child)) { return found }
        let parent = Int(document.tree.nodes[node].parent)
        if let known = upcomingBreaks[parent] { return known < 0 ? nil : lineBreak(of: known) }
        child = document.tree.nodes[node].next
        while child >= 0 {
            if document.tree.nodes[Int(child)].kind == .element, let found = lineBreak(of: Int(child)) {
                upcomingBreaks[parent] = Int(child)
                return found
            }
            child = document.tree.nodes[Int(child)].next
        }
        upcomingBreaks[parent] = -1
        return nil
    }

    /// The white space with which an element breaks lines between its attributes.
    private func lineBreak(of element: Int) -> Range<Int>? {
        if let layout = document.startTags[element]?.layout {
            return layout.lineBreak
                ?? (layout.items.compactMap(\.space) + [layout.trailing].compactMap(\.self))
                .first { document.tree.hasBreak($0) }
        }
        return document.tree.recordedBreak(of: element)
    }
}
