package import Diagnostics

/// An element of a parsed document as a plain value, for reading: project files, profiles, web.config.
///
/// Nothing here refers to libxml2, so it is `Sendable` and may outlive the parse.
package struct XMLElement: Sendable, Hashable {
    /// An attribute with its decoded value and the place of its name.
    package struct Attribute: Sendable, Hashable {
        /// The name as written, prefix included.
        package var name: String
        /// The name without its prefix.
        package var localName: String
        /// The namespace URI; nil without a prefix.
        package var namespace: String?
        /// The value with references resolved.
        package var value: String
        /// Where its name starts.
        package var location: Diagnostic.Location
    }

    /// What an element may contain, in document order.
    package indirect enum Node: Sendable, Hashable {
        case element(XMLElement)
        /// Character data, CDATA sections included, references resolved.
        case text(String)
        case comment(String)
    }

    /// The name as written, prefix included.
    package var name: String
    /// The name without its prefix.
    package var localName: String
    /// The namespace URI; nil in no namespace.
    package var namespace: String?
    /// The attributes in document order, namespace declarations excluded.
    package var attributes: [Attribute]
    /// The content in document order.
    package var content: [Node]
    /// Where its name starts: the first character after `<`.
    package var location: Diagnostic.Location

    /// The child elements in document order.
    package var elements: [XMLElement] {
        content.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The character data directly inside, joined.
    package var text: String {
        content.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }

    /// The value of the attribute without prefix called `name`, compared exactly.
    package subscript(name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }
}
