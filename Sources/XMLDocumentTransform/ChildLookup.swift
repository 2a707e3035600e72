/// Finds the children of an element by name, and by name and attribute, without walking over all of them.
///
/// Tables are made for a parent when it is asked about and has many children, and kept up to date afterwards.
/// Entries are only candidates: whoever asks looks at the child itself, so that removed or changed children
/// need not be taken out.
struct ChildLookup {
    private struct Name: Hashable {
        var namespace: Int32
        var local: Int32
    }

    private struct AttributeName: Hashable {
        var element: Name
        var name: String
        var namespace: String
    }

    private struct Table {
        /// Ascending along the children, with room between neighbours.
        var order: [Int: Int64] = [:]
        var byName: [Name: [Int]] = [:]
        var byAttribute: [AttributeName: [String: [Int]]] = [:]
    }

    private var tables: [Int: Table] = [:]
    /// With fewer children than this, walking is quicker.
    private static let threshold = 24
    private static let gap: Int64 = 1 << 24

    /// The child elements of `parent` with this name that have the value, in order.
    mutating func children(
        of parent: Int, namespace: Int32, local: Int32, test: AttributeValue?, in document: TargetDocument
    ) -> [Int] {
        let name = Name(namespace: namespace, local: local)
        let candidates: [Int]
        if tables[parent] != nil || hasManyChildren(parent, in: document.tree) {
            if tables[parent] == nil { makeTable(for: parent, in: document.tree) }
            guard let test else {
                return present(tables[parent]?.byName[name] ?? [], in: parent, document.tree)
            }
            let key = AttributeName(element: name, name: test.name, namespace: test.namespace)
            if tables[parent]?.byAttribute[key] == nil { addValues(key, for: parent, in: document) }
            candidates = present(
                tables[parent]?.byAttribute[key]?[test.value] ?? [], in: parent, document.tree)
        } else {
            candidates = Self.walk(parent, name, document.tree)
        }
        guard let test else { return candidates }
        return candidates.filter {
            document.value(of: $0, attribute: test.name, namespace: test.namespace) == test.value
        }
    }

    /// A node became a child.
    mutating func inserted(_ node: Int, in document: TargetDocument) {
        let tree = document.tree
        let parent = Int(tree.nodes[node].parent)
        guard tables[parent] != nil, tree.nodes[node].kind == .element else { return }
        let before = neighbour(of: node, along: \.previous, in: tree).flatMap { tables[parent]?.order[$0] }
        let after = neighbour(of: node, along: \.next, in: tree).flatMap { tables[parent]?.order[$0] }
        let low = before ?? (after ?? 0) - 2 * Self.gap
        let high = after ?? low + 2 * Self.gap
        guard high - low > 1 else {
            // No number is left between the neighbours; the next question makes the table anew.
            tables[parent] = nil
            return
        }
        tables[parent]?.order[node] = low + (high - low) / 2
        add(node, to: parent, in: document)
    }

    /// The attributes of an element changed.
    mutating func changed(_ node: Int, in document: TargetDocument) {
        let parent = Int(document.tree.nodes[node].parent)
        guard tables[parent] != nil else { return }
        let record = document.tree.nodes[node]
        let name = Name(namespace: record.namespace, local: document.tree.localName(record.name))
        addToValues(node, name, parent, in: document)
    }

    private mutating func add(_ node: Int, to parent: Int, in document: TargetDocument) {
        let record = document.tree.nodes[node]
        let name = Name(namespace: record.namespace, local: document.tree.localName(record.name))
        guard let order = tables[parent]?.order else { return }
        Self.insert(node, into: &tables[parent, default: Table()].byName[name, default: []], order)
        addToValues(node, name, parent, in: document)
    }

    private mutating func addToValues(_ node: Int, _ name: Name, _ parent: Int, in document: TargetDocument) {
        // The tables themselves must not be held here: a second reference would make every change copy them.
        guard let order = tables[parent]?.order, let keys = tables[parent].map({ Array($0.byAttribute.keys) })
        else { return }
        for key in keys where key.element == name {
            guard let value = document.value(of: node, attribute: key.name, namespace: key.namespace) else {
                continue
            }
            Self.insert(
                node,
                into: &tables[parent, default: Table()].byAttribute[key, default: [:]][value, default: []],
                order)
        }
    }

    private static func insert(_ node: Int, into list: inout [Int], _ order: [Int: Int64]) {
        let place = order[node] ?? .max
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if order[list[middle]] ?? .min < place { low = middle + 1 } else { high = middle }
        }
        if low < list.count, list[low] == node { return }
        list.insert(node, at: low)
    }

    private mutating func makeTable(for parent: Int, in tree: NodeTree) {
        var table = Table()
        var position = Self.gap
        for child in tree.children(of: parent) where tree.nodes[child].kind == .element {
            table.order[child] = position
            position += Self.gap
            let record = tree.nodes[child]
            let name = Name(namespace: record.namespace, local: tree.localName(record.name))
            table.byName[name, default: []].append(child)
        }
        tables[parent] = table
    }

    private mutating func addValues(_ key: AttributeName, for parent: Int, in document: TargetDocument) {
        var values: [String: [Int]] = [:]
        for child in present(tables[parent]?.byName[key.element] ?? [], in: parent, document.tree) {
            if let value = document.value(of: child, attribute: key.name, namespace: key.namespace) {
                values[value, default: []].append(child)
            }
        }
        tables[parent]?.byAttribute[key] = values
    }

    private func present(_ candidates: [Int], in parent: Int, _ tree: NodeTree) -> [Int] {
        candidates.filter { tree.nodes[$0].parent == Int32(truncatingIfNeeded: parent) }
    }

    private func hasManyChildren(_ parent: Int, in tree: NodeTree) -> Bool {
        var count = 0
        var child = tree.nodes[parent].firstChild
        while child >= 0, count < Self.threshold {
            count += 1
            child = tree.nodes[Int(child)].next
        }
        return child >= 0
    }

    private func neighbour(of node: Int, along link: KeyPath<Node, Int32>, in tree: NodeTree) -> Int? {
        var current = tree.nodes[node][keyPath: link]
        while current >= 0, tree.nodes[Int(current)].kind != .element {
            current = tree.nodes[Int(current)][keyPath: link]
        }
        return current < 0 ? nil : Int(current)
    }

    private static func walk(_ parent: Int, _ name: Name, _ tree: NodeTree) -> [Int] {
        var found: [Int] = []
        var child = tree.nodes[parent].firstChild
        while child >= 0 {
            let record = tree.nodes[Int(child)]
            if record.kind == .element, record.namespace == name.namespace,
                tree.localName(record.name) == name.local
            {
                found.append(Int(child))
            }
            child = record.next
        }
        return found
    }
}

/// An attribute, by its expanded name, and the value it must have.
struct AttributeValue: Equatable {
    var name: String
    var namespace: String
    var value: String
}
