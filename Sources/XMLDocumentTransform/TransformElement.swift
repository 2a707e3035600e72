import Diagnostics

/// An element of the transform on the way through it: where it points, and in which namespaces.
final class TransformElement {
    /// Where an element points, and where the elements that are inserted go.
    struct Paths {
        var own: TargetPath
        var parent: TargetPath
    }

    let node: Int
    let parent: TransformElement?
    let transform: TransformDocument
    /// The namespaces in scope by prefix, `_defaultNamespace` for the default one.
    let namespaces: [String: String]
    /// Whether the own path led anywhere when it was first followed; later changes do not matter any more.
    var ownPathMatches: Bool?
    /// The same for the parent path.
    var parentPathMatches: Bool?
    private var known: Result<Paths, Complaint>?

    /// Creates the element for a node inside that of its parent.
    init(_ node: Int, in parent: TransformElement?, of transform: TransformDocument) {
        self.node = node
        self.parent = parent
        self.transform = transform
        var namespaces = parent?.namespaces ?? ["xml": Namespace.xml]
        for place in transform.tree.nodes[node].attributes
        where transform.tree.attributes[place].isDeclaration {
            let attribute = transform.tree.attribute(at: place)
            let prefix = attribute.prefix == nil ? Namespace.defaultPrefix : attribute.localName
            namespaces[prefix] = attribute.value.isEmpty ? nil : attribute.value
        }
        self.namespaces = namespaces
    }

    /// The first character of the element's name.
    var location: Diagnostic.Location { transform.location(ofElement: node) }

    /// The element's name as written.
    var name: String { transform.tree.names.name(transform.tree.nodes[node].name) }

    /// The paths that the element's locator makes.
    ///
    /// - Throws: What is wrong with the locator of this element or one around it, again each time it is asked.
    func paths() throws(Complaint) -> Paths {
        if let known { return try known.get() }
        let result: Result<Paths, Complaint>
        do {
            let parentPath = try parent?.paths().own ?? TargetPath.empty
            result = .success(try Locator(of: self).paths(for: self, under: parentPath))
        } catch {
            result = .failure(error)
        }
        known = result
        return try result.get()
    }
}
