/// The attributes of an element that a transform touched or brought in.
///
/// Elements without one stand in the text exactly as they are.
struct StartTag: Sendable {
    /// An attribute with its value, and its place in the text if it came from there.
    struct Attribute: Sendable, Equatable {
        /// The prefix as written, nil without.
        var prefix: String?
        var localName: String
        /// The namespace URI; empty without a prefix.
        var namespace: String
        var value: String
        var isDeclaration = false
        /// Its place in the tree's list, as long as its text can be used as it is.
        var span: Int?

        /// The name as written.
        var name: String { prefix.map { "\($0):\(localName)" } ?? localName }

        /// Tells attributes of one element apart, also where two namespaces were written with one prefix.
        var key: String { namespace.isEmpty ? name : "\(name) \(namespace)" }

        /// Whether the two have the same expanded name.
        func isNamed(like other: Attribute) -> Bool {
            localName == other.localName && namespace == other.namespace
                && isDeclaration == other.isDeclaration
                && (!isDeclaration || prefix == other.prefix)
        }
    }

    /// The attributes as they are now, namespace declarations included.
    var attributes: [Attribute]
    /// How they are set, once formatting has run.
    var layout: AttributeLayout?
}

extension NodeTree {
    /// An attribute of the text as a value.
    func attribute(at place: Int) -> StartTag.Attribute {
        let span = attributes[place]
        let entry = names.entries[Int(span.name)]
        return StartTag.Attribute(
            prefix: entry.prefix < 0 ? nil : names.name(entry.prefix), localName: names.name(entry.local),
            namespace: namespaces[Int(span.namespace)], value: value(span), isDeclaration: span.isDeclaration,
            span: place)
    }
}
