/// One node of a document, pointing at the text it was read from.
///
/// Links and spans are 32 bits wide to keep large documents small: a span counts bytes in the tree's text.
struct Node: Sendable {
    /// What a node is.
    enum Kind: UInt8, Sendable {
        case document
        case declaration
        case doctype
        case element
        /// Character data that does not consist of white space alone.
        case text
        /// White space between markup, which formatting may change.
        case whitespace
        /// White space that `xml:space="preserve"` protects.
        case significantWhitespace
        case cdata
        case comment
        case instruction
        case entityReference
    }

    var kind: Kind
    /// Whether an element came in by a transform.
    var isNew = false
    var parent: Int32 = -1
    var firstChild: Int32 = -1
    var lastChild: Int32 = -1
    var previous: Int32 = -1
    var next: Int32 = -1
    /// The span of the node; of an element's start tag only.
    var start: Int32
    var end: Int32
    /// The span of an element's end tag; -1 for an empty-element tag.
    var endTagStart: Int32 = -1
    var endTagEnd: Int32 = -1
    /// An element's qualified name and namespace, as numbers of the tree.
    var name: Int32 = -1
    var namespace: Int32 = 0
    /// Where an element's attributes lie in the tree's list.
    var firstAttribute: Int32 = 0
    var attributeCount: Int32 = 0

    /// Whether an element was written as `<a/>`.
    var isSelfClosed: Bool { endTagStart < 0 }

    /// The span of the node.
    var range: Range<Int> { Int(start)..<Int(end) }

    /// The places of its attributes in the tree's list.
    var attributes: Range<Int> { Int(firstAttribute)..<Int(firstAttribute + attributeCount) }
}

/// An attribute as it stands in the text.
struct AttributeSpan: Sendable {
    /// Where the white space before it starts.
    var gapStart: Int32
    var nameStart: Int32
    var nameEnd: Int32
    /// The span of the value between the quotes; the quotes lie just outside.
    var valueStart: Int32
    var valueEnd: Int32
    /// Its qualified name and namespace, as numbers of the tree.
    var name: Int32
    var namespace: Int32
    /// Whether it declares a namespace.
    var isDeclaration: Bool

    var nameRange: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    /// The attribute with its quotes, without the white space before it.
    var range: Range<Int> { Int(nameStart)..<Int(valueEnd) + 1 }
    /// The white space before it.
    var gap: Range<Int> { Int(gapStart)..<Int(nameStart) }
}
