@testable import XMLDocumentTransform

/// A document as a plain tree, changed in the simplest way there is: what the engine's result must agree with.
struct ElementModel {
    /// The root, as XMLElement's parser reads it.
    private(set) var root: XMLElement

    /// Reads a document.
    init(_ bytes: [UInt8]) throws {
        root = try XMLElement(parsing: bytes, file: "model")
    }

    /// Applies a change; one to an element that is gone does nothing.
    mutating func apply(_ change: RandomTransform.Change) throws {
        switch change {
        case .remove(let id): edit(id) { _ in [] }
        case .replace(let id, let text):
            let new = try Self.element(text)
            edit(id) { _ in [.element(new)] }
        case .insert(let text, let id):
            let new = try Self.element(text)
            edit(id) { element in
                var element = element
                element.content.append(.element(new))
                return [.element(element)]
            }
        case .insertBefore(let text, let id):
            let new = try Self.element(text)
            edit(id) { [.element(new), .element($0)] }
        case .insertAfter(let text, let id):
            let new = try Self.element(text)
            edit(id) { [.element($0), .element(new)] }
        case .setAttributes(let id, let values):
            edit(id) { element in
                var element = element
                for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                    if let place = element.attributes.firstIndex(where: { $0.name == name }) {
                        element.attributes[place].value = value
                    } else {
                        element.attributes.append(
                            .init(
                                name: name, localName: name, namespace: nil, value: value,
                                location: element.location))
                    }
                }
                return [.element(element)]
            }
        case .removeAttributes(let id, let names):
            edit(id) { element in
                var element = element
                element.attributes.removeAll { names.contains($0.name) }
                return [.element(element)]
            }
        case .commentOut(let id): edit(id) { [.comment("commented out: \($0.name)")] }
        }
    }

    private static func element(_ text: String) throws -> XMLElement {
        try XMLElement(parsing: Array(text.utf8), file: "new")
    }

    private mutating func edit(_ id: String, _ change: (XMLElement) -> [XMLElement.Node]) {
        root.content = Self.edited(root.content, id, change)
    }

    private static func edited(
        _ content: [XMLElement.Node], _ id: String, _ change: (XMLElement) -> [XMLElement.Node]
    ) -> [XMLElement.Node] {
        content.flatMap { node -> [XMLElement.Node] in
            guard case .element(var element) = node else { return [node] }
            if element["id"] == id { return change(element) }
            element.content = edited(element.content, id, change)
            return [.element(element)]
        }
    }
}

extension XMLElement {
    /// Names, attributes, text without white space, and comments (those made by CommentOut without their text).
    var summary: String {
        let attributes = attributes.map { "\($0.name)=\($0.value.debugDescription)" }.sorted().joined(
            separator: " ")
        var parts: [String] = []
        var text = ""
        func flush() {
            let dense = String(text.unicodeScalars.filter { !$0.properties.isWhitespace })
            if !dense.isEmpty { parts.append("'\(dense)'") }
            text = ""
        }
        for node in content {
            switch node {
            case .text(let piece): text += piece
            case .comment(let comment):
                flush()
                let isMade =
                    comment.hasPrefix(" <") && comment.hasSuffix("> ") || comment.hasPrefix("commented out")
                parts.append(isMade ? "made-comment" : "comment(\(comment))")
            case .element(let element):
                flush()
                parts.append(element.summary)
            }
        }
        flush()
        return "<\(name) \(attributes)>[\(parts.joined(separator: ","))]"
    }
}
