/// A node that an XPath leads to.
enum Target: Equatable {
    /// A node of the tree; 0 is the document.
    case node(Int)
    /// An attribute of an element.
    case attribute(owner: Int, name: String)
    /// A namespace node, which nothing can be done with.
    case namespace
}

/// An XPath that cannot be evaluated; the sentence says why.
struct XPathProblem: Error, Equatable {
    var sentence: String
}

/// Finds what paths lead to, by lookup where the steps are simple and by libxml2 where they are not.
struct PathEvaluator {
    let document: TargetDocument

    /// The nodes a path leads to, in document order.
    ///
    /// - Parameters:
    ///   - path: The path from the document node.
    ///   - namespaces: The namespaces by prefix, `_defaultNamespace` for the default one.
    /// - Returns: The nodes; nothing if there are none.
    /// - Throws: What is wrong with the path.
    func evaluate(_ path: TargetPath, _ namespaces: [String: String]) throws(XPathProblem) -> [Target] {
        guard let steps = path.plainSteps, steps.allSatisfy({ canFollow($0) }) else {
            return try evaluate(path.text, from: NodeTree.document, namespaces)
        }
        var current = [NodeTree.document]
        for step in steps {
            var next: [Int] = []
            let resolved = try resolve(step, namespaces)
            for node in current { try follow(resolved, from: node, namespaces, into: &next) }
            current = next
        }
        return current.map { .node($0) }
    }

    /// The nodes an expression leads to, in document order.
    func evaluate(
        _ expression: String, from node: Int, _ namespaces: [String: String]
    ) throws(XPathProblem) -> [Target] {
        if let complaint = XPathSyntax.complaint(about: expression, prefixes: Set(namespaces.keys)) {
            throw XPathProblem(sentence: complaint)
        }
        guard let mirror = document.mirror else { throw XPathProblem(sentence: "there is not enough memory") }
        return try mirror.evaluate(expression, from: node, namespaces)
    }

    /// A step with its names looked up in the document.
    private struct ResolvedStep {
        var step: TargetPath.Step
        /// The namespace and local name as numbers; nil if the document does not contain them.
        var name: (namespace: Int32, local: Int32)?
        var tests: [AttributeValue] = []
        var predicate: String?
    }

    private func canFollow(_ step: TargetPath.Step) -> Bool {
        switch step.filter {
        case .none: true
        case .attributes(let tests):
            tests.allSatisfy { !$0.value.utf8.contains(UInt8(ascii: "'")) && !$0.name.hasPrefix("xmlns") }
        case .predicate(let text): XPathSyntax.isSelfContained(text)
        }
    }

    private func resolve(
        _ step: TargetPath.Step, _ namespaces: [String: String]
    ) throws(XPathProblem) -> ResolvedStep {
        var resolved = ResolvedStep(step: step)
        let uri = try namespace(of: step.prefix, namespaces)
        if let number = document.tree.findNamespace(uri), let local = document.tree.names.find(step.localName)
        {
            resolved.name = (number, local)
        }
        switch step.filter {
        case .none: break
        case .attributes(let tests): try resolved.tests = values(of: tests, namespaces)
        case .predicate(let text):
            if let tests = AttributeTest.parse(text) {
                try resolved.tests = values(of: tests, namespaces)
            } else {
                resolved.predicate = text
                try check("*\(text)", namespaces)
            }
        }
        return resolved
    }

    /// The syntax is judged even where no node would ever be tested.
    private func check(_ expression: String, _ namespaces: [String: String]) throws(XPathProblem) {
        if let complaint = XPathSyntax.complaint(about: expression, prefixes: Set(namespaces.keys)) {
            throw XPathProblem(sentence: complaint)
        }
        guard let mirror = document.mirror else { throw XPathProblem(sentence: "there is not enough memory") }
        try mirror.check(expression)
    }

    private func values(
        of tests: [AttributeTest], _ namespaces: [String: String]
    ) throws(XPathProblem) -> [AttributeValue] {
        var values: [AttributeValue] = []
        for test in tests {
            guard let colon = test.name.utf8.firstIndex(of: UInt8(ascii: ":")) else {
                values.append(.init(name: test.name, namespace: "", value: test.value))
                continue
            }
            let uri = try namespace(of: String(test.name[..<colon]), namespaces)
            let local = String(test.name[test.name.index(after: colon)...])
            values.append(.init(name: local, namespace: uri, value: test.value))
        }
        return values
    }

    private func namespace(of prefix: String?, _ namespaces: [String: String]) throws(XPathProblem) -> String
    {
        guard let prefix else { return "" }
        guard let uri = namespaces[prefix] else {
            throw XPathProblem(sentence: "the prefix '\(prefix)' is not declared")
        }
        return uri
    }

    private func follow(
        _ resolved: ResolvedStep, from node: Int, _ namespaces: [String: String], into result: inout [Int]
    ) throws(XPathProblem) {
        guard let name = resolved.name else { return }
        if let predicate = resolved.predicate {
            let prefix = resolved.step.prefix.map { "\($0):" } ?? ""
            let expression = prefix + resolved.step.localName + predicate
            for target in try evaluate(expression, from: node, namespaces) {
                if case .node(let found) = target { result.append(found) }
            }
            return
        }
        let first = resolved.tests.first
        for child in document.lookup.children(
            of: node, namespace: name.namespace, local: name.local, test: first, in: document)
        where resolved.tests.dropFirst().allSatisfy({
            document.value(of: child, attribute: $0.name, namespace: $0.namespace) == $0.value
        }) {
            result.append(child)
        }
    }
}
