/// The prefixes that stand for namespaces at one place of the result.
struct NamespaceScope {
    /// Prefix and namespace, innermost and latest last; the empty prefix is the default namespace.
    private var bindings: [(prefix: String, uri: String)]
    /// How many of them were there before the element itself declared any.
    private(set) var declared: [(prefix: String, uri: String)] = []

    /// Starts with what is declared around an element.
    init(_ bindings: [(prefix: String, uri: String)] = []) {
        self.bindings = [("xml", Namespace.xml)] + bindings
    }

    /// Adds a declaration that stands in the element already.
    mutating func add(prefix: String, uri: String) {
        bindings.append((prefix, uri))
    }

    /// The namespace a prefix stands for; nil if it is not declared.
    func uri(of prefix: String) -> String? {
        bindings.last { $0.prefix == prefix }?.uri ?? (prefix.isEmpty ? "" : nil)
    }

    /// The prefix that an element in a namespace is written with: one that is in scope, else its own, declared here.
    mutating func prefix(forElementIn uri: String, preferring own: String) -> String {
        if uri.isEmpty {
            if self.uri(of: "") != "" { declare("", "") }
            return ""
        }
        if let known = existingPrefix(for: uri, allowsDefault: true) { return known }
        declare(own, uri)
        return own
    }

    /// The prefix that an attribute in a namespace is written with.
    mutating func prefix(forAttributeIn uri: String, preferring own: String) -> String {
        if let known = existingPrefix(for: uri, allowsDefault: false) { return known }
        var prefix = own.isEmpty ? "p" : own
        var number = 1
        while self.uri(of: prefix) != nil {
            prefix = "\(own.isEmpty ? "p" : own)\(number)"
            number += 1
        }
        declare(prefix, uri)
        return prefix
    }

    /// Makes sure that a prefix, which is to stay as it is, stands for a namespace.
    mutating func require(prefix: String, uri: String) {
        if self.uri(of: prefix) != uri { declare(prefix, uri) }
    }

    private mutating func declare(_ prefix: String, _ uri: String) {
        bindings.append((prefix, uri))
        declared.append((prefix, uri))
    }

    private func existingPrefix(for uri: String, allowsDefault: Bool) -> String? {
        bindings.last { binding in
            binding.uri == uri && (allowsDefault || !binding.prefix.isEmpty)
                && self.uri(of: binding.prefix) == uri
        }?.prefix
    }
}

extension TargetDocument {
    /// The declarations in force inside `element` and around it, outermost first.
    ///
    /// - Parameters:
    ///   - element: The innermost element to look at; negative for none.
    ///   - generated: The declarations that serialisation added to elements.
    /// - Returns: Prefixes and namespaces.
    func declarations(
        inside element: Int, generated: [Int: [(prefix: String, uri: String)]] = [:]
    ) -> [(prefix: String, uri: String)] {
        var levels: [[(prefix: String, uri: String)]] = []
        var current = element
        while current > 0 {
            var own: [(prefix: String, uri: String)] = []
            if let tag = startTags[current] {
                for attribute in tag.attributes where attribute.isDeclaration {
                    own.append((attribute.prefix == nil ? "" : attribute.localName, attribute.value))
                }
            } else {
                for place in tree.nodes[current].attributes where tree.attributes[place].isDeclaration {
                    let attribute = tree.attribute(at: place)
                    own.append((attribute.prefix == nil ? "" : attribute.localName, attribute.value))
                }
            }
            levels.append(own + (generated[current] ?? []))
            current = Int(tree.nodes[current].parent)
        }
        return levels.reversed().flatMap(\.self)
    }
}
