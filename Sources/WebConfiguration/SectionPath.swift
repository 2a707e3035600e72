import XMLDocumentTransform

/// How a transform reaches the `system.webServer` section of one particular `web.config`.
struct SectionPath {
    private let namespace: String?
    private let container: WebConfig.Container

    init(_ config: WebConfig, container: WebConfig.Container) {
        namespace = config.root.namespace
        self.container = container
    }

    /// A default namespace declaration for the transform's root, with the space behind it; empty without one.
    ///
    /// An element without namespace in a transform matches only elements without namespace.
    var namespaceDeclaration: String {
        namespace.map { "xmlns=\"\(Template.attribute($0))\" " } ?? ""
    }

    /// The attributes of the `location` element around the section; nil when it stands at the root.
    var locationAttributes: String? {
        switch container {
        case .root: nil
        case .location(let path?): "path=\"\(path)\" xdt:Locator=\"Match(path)\""
        case .location(nil): "xdt:Locator=\"Condition(not(@path))\""
        }
    }

    /// An `InsertBefore` of the first such element that no `clear` takes back.
    ///
    /// Its XPath cannot use prefixes, so that a namespace is met by local names.
    func insertBefore(_ steps: [String]) -> String {
        var path = "/" + step("configuration")
        if case .location(let value) = container {
            path += "/" + step("location") + (value.map { "[@path='\($0)']" } ?? "[not(@path)]")
        }
        path += (["system.webServer"] + steps).map { "/" + step($0) }.joined()
        return "InsertBefore(\(path)[not(following-sibling::\(step("clear")))])"
    }

    private func step(_ name: String) -> String {
        namespace == nil ? name : "*[local-name()='\(name)']"
    }
}
