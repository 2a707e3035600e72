/// How the attributes of a changed or new start tag are set: their order and the white space between them.
///
/// The rules are those of the reference: spacing that was there stays, removed attributes leave none behind, and
/// new ones follow the habit of the element (docs/xdt.md).
struct AttributeLayout: Sendable {
    /// The attribute's place in the start tag's list, and the span of the white space before it.
    ///
    /// Without a span it is one space, or a break where the line would become too long.
    struct Item: Sendable {
        var attribute: Int
        var space: Range<Int>?
    }

    var items: [Item]
    /// The white space before the end of the tag.
    var trailing: Range<Int>?
    /// The white space that breaks a line between attributes, if one was asked for.
    var lineBreak: Range<Int>?
}

/// Works out a layout from the recorded spacing of an element.
struct AttributeSpacing {
    /// White space, and whether it breaks the line.
    private struct Gap {
        var range: Range<Int>
        var breaks: Bool
    }

    private var order: [String] = []
    private var spaces: [String: Gap] = [:]
    private var trailing: Gap?
    /// The span of a single space.
    private let space: Range<Int>

    /// Starts from what an element has in the text; a new element has nothing.
    init(of element: Int, in tree: NodeTree, space: Range<Int>) {
        self.space = space
        let node = tree.nodes[element]
        guard !node.isNew else { return }
        for place in node.attributes {
            let name = tree.attribute(at: place).key
            order.append(name)
            let gap = tree.attributes[place].gap
            spaces[name] = Gap(range: gap, breaks: tree.hasBreak(gap))
        }
        let gap = tree.trailingGap(of: node)
        trailing = Gap(range: gap, breaks: tree.hasBreak(gap))
    }

    /// Lays out the attributes as they are now.
    ///
    /// - Parameters:
    ///   - attributes: The attributes of the start tag.
    ///   - lineBreak: Finds the white space that breaks a line between attributes of this element.
    /// - Returns: The layout.
    mutating func layout(
        _ attributes: [StartTag.Attribute], lineBreak: () -> Range<Int>
    ) -> AttributeLayout {
        guard !attributes.isEmpty else { return AttributeLayout(items: [], trailing: nil, lineBreak: nil) }
        var places: [String: Int] = [:]
        let recorded = Set(order)
        for (place, attribute) in attributes.enumerated() where places[attribute.key] == nil {
            places[attribute.key] = place
            if !recorded.contains(attribute.key) { order.append(attribute.key) }
        }
        var usedBreak: Range<Int>?
        var onePerLine: Bool?
        var isFirst = true
        var kept: Gap?
        for name in order {
            let own = spaces[name]
            if places[name] == nil {
                if let own {
                    if isFirst { kept = kept ?? own } else if own.breaks { kept = own }
                    spaces[name] = nil
                }
                continue
            }
            if let gap = kept {
                if isFirst || own?.breaks != true { spaces[name] = gap }
                kept = nil
            } else if own == nil, isFirst {
                spaces[name] = Gap(range: space, breaks: false)
            } else if own == nil {
                let answer = onePerLine ?? isOnePerLine
                onePerLine = answer
                let found = usedBreak ?? lineBreak()
                usedBreak = found
                if answer { spaces[name] = Gap(range: found, breaks: true) }
            }
            isFirst = false
        }
        let items = order.compactMap { name in
            places[name].map { AttributeLayout.Item(attribute: $0, space: spaces[name]?.range) }
        }
        return AttributeLayout(items: items, trailing: trailing?.range, lineBreak: usedBreak)
    }

    /// Whether every attribute after the first stands on a line of its own; true also for a single one.
    private var isOnePerLine: Bool {
        guard spaces.count + (trailing == nil ? 0 : 1) > 1 else { return false }
        return order.dropFirst().allSatisfy { spaces[$0]?.breaks ?? true }
    }
}

extension NodeTree {
    /// Whether a span holds a line feed.
    func hasBreak(_ range: Range<Int>) -> Bool { text[range].contains(0x0A) }

    /// The white space before the end of an element's start tag.
    func trailingGap(of node: Node) -> Range<Int> {
        let start =
            node.attributeCount > 0
            ? Int(attributes[node.attributes.upperBound - 1].valueEnd) + 1
            : Int(node.start + 1 + names.entries[Int(node.name)].count)
        return start..<Int(node.end) - (node.isSelfClosed ? 2 : 1)
    }

    /// The first white space with a line break in an element's start tag, as it stands in the text.
    func recordedBreak(of element: Int) -> Range<Int>? {
        let node = nodes[element]
        guard !node.isNew else { return nil }
        for place in node.attributes where hasBreak(attributes[place].gap) { return attributes[place].gap }
        let gap = trailingGap(of: node)
        return hasBreak(gap) ? gap : nil
    }
}
