import Diagnostics

extension Execution {
    /// Insert, InsertIfMissing, InsertBefore, InsertAfter.
    func insert(_ paths: TransformElement.Paths) throws(Complaint) {
        guard !paths.parent.isEmpty else {
            throw complaint(
                "xdt-insert-root",
                "'\(directive.name.rawValue)' cannot be used on the root element '\(element.name)'",
                hint: "put it on an element inside; to exchange the root, use 'Replace'")
        }
        let parents = try evaluate(paths.parent)
        element.parentPathMatches = element.parentPathMatches ?? !parents.isEmpty
        guard let parent = parents.first else { throw missingParent() }
        switch directive.name {
        case .insertBefore, .insertAfter: try insertBeside(parent)
        case .insertIfMissing:
            warnAboutArguments()
            let targets = try evaluate(paths.own)
            element.ownPathMatches = element.ownPathMatches ?? !targets.isEmpty
            if targets.isEmpty { try append(to: parent) }
        default:
            warnAboutArguments()
            try append(to: parent)
        }
    }

    private func append(to parent: Target) throws(Complaint) {
        guard case .node(let node) = parent, target.tree.nodes[node].kind == .element else {
            throw complaint(
                "xdt-insert-place",
                "'\(element.name)' cannot be inserted: its path leads to something that is no element")
        }
        target.insert(try copy(under: node), under: node)
    }

    private func insertBeside(_ parent: Target) throws(Complaint) {
        let name = directive.name.rawValue
        guard directive.arguments.count == 1 else {
            throw complaint(
                "xdt-insert-arguments",
                "'\(name)' needs one XPath as argument, but has \(directive.arguments.count)",
                hint: "write for example '\(name)(/configuration/appSettings)'")
        }
        let expression = directive.arguments[0]
        guard case .node(let context) = parent else {
            throw complaint(
                "xdt-insert-place", "the path of '\(element.name)' leads to something that has no children")
        }
        let found: [Target]
        do {
            // No prefix is available here, in the reference neither.
            found = try PathEvaluator(document: target).evaluate(
                expression, from: context, ["xml": Namespace.xml])
        } catch {
            throw complaint(
                "xdt-xpath", "'\(expression)' is no usable XPath: \(error.sentence)",
                hint: expression.contains(":")
                    ? "prefixes are not available here; use *[local-name()='…']" : nil)
        }
        guard let first = found.first else {
            throw complaint(
                "xdt-no-sibling", "'\(expression)' matches nothing to insert '\(element.name)' beside")
        }
        guard case .node(let sibling) = first, target.tree.nodes[sibling].kind == .element else {
            throw complaint("xdt-sibling-kind", "'\(expression)' leads to something that is no element")
        }
        let place = Int(target.tree.nodes[sibling].parent)
        guard place > 0 else {
            throw complaint("xdt-sibling-root", "nothing can be inserted beside the root element")
        }
        let next = target.tree.nodes[sibling].next
        let after = next < 0 ? nil : Int(next)
        target.insert(
            try copy(under: place), under: place, before: directive.name == .insertBefore ? sibling : after)
    }

    /// A copy of the element, made to be put under a node.
    func copy(under parent: Int) throws(Complaint) -> Int {
        let copier = ElementCopier(from: run.transform, to: target, largestScalar: largestScalar)
        do {
            return try copier.copy(element.node, atDepth: target.depth(of: parent))
        } catch {
            throw complaint(error)
        }
    }

    /// Why an element cannot be copied.
    func complaint(_ problem: ElementCopier.Problem) -> Complaint {
        switch problem {
        case .entity(let name):
            complaint(
                "xdt-entity", "'\(element.name)' uses the entity '&\(name);', which the source does not have",
                hint: "write the text itself")
        case .tooDeep:
            complaint("xdt-too-deep", "the result would be nested deeper than \(Limits.depth) levels")
        case .tooLarge:
            complaint("xdt-too-large", "the result would have more than \(Limits.resultBytes) bytes")
        }
    }
}
