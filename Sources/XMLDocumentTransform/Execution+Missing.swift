import Diagnostics

extension Execution {
    /// Warns that nothing matches, at the outermost element that matches nothing.
    func reportMissingTarget() {
        var reported = element
        while let parent = reported.parent, !matches(parent, \.own, &parent.ownPathMatches) {
            reported = parent
        }
        let (message, hint) = sentence(for: reported)
        warn("xdt-no-match", message, at: reported.location, hint: hint)
    }

    /// The error that there is no parent, at the outermost element whose parent path matches nothing.
    func missingParent() -> Complaint {
        var reported = element
        while let parent = reported.parent, parent.pathsIfKnown?.parent.isEmpty == false,
            !matches(parent, \.parent, &parent.parentPathMatches)
        {
            reported = parent
        }
        let (message, hint) = sentence(for: reported)
        let remedy = reported.parent.map {
            "insert the parent first: a childless '\($0.name)' with 'InsertIfMissing', before this element"
        }
        return Complaint("xdt-no-parent", message, at: reported.location, hint: hint ?? remedy)
    }

    /// Whether a path of an element led anywhere when it was first followed.
    private func matches(
        _ element: TransformElement, _ path: KeyPath<TransformElement.Paths, TargetPath>, _ known: inout Bool?
    ) -> Bool {
        if let known { return known }
        guard let paths = element.pathsIfKnown else { return true }
        let found = try? PathEvaluator(document: target).evaluate(paths[keyPath: path], element.namespaces)
        let answer = found?.isEmpty != true
        known = answer
        return answer
    }

    /// Which path matched nothing, and why that may be.
    private func sentence(for reported: TransformElement) -> (message: String, hint: String?) {
        let path = reported.pathsIfKnown?.own ?? .empty
        let before = try? PathEvaluator(document: run.original).evaluate(path, reported.namespaces)
        if before?.isEmpty == false {
            return ("what '\(path.text)' matches was changed or removed by an earlier transform", nil)
        }
        return ("no element of the source matches '\(path.text)'", namespaceHint(reported))
    }

    /// The most frequent cause: the source has a default namespace that the transform does not mention.
    private func namespaceHint(_ reported: TransformElement) -> String? {
        let tree = run.original.tree
        guard let root = tree.root, let transformRoot = run.transform.tree.root else { return nil }
        let record = tree.nodes[root]
        let other = run.transform.tree.nodes[transformRoot]
        let uri = tree.namespaces[Int(record.namespace)]
        let otherURI = run.transform.tree.namespaces[Int(other.namespace)]
        guard uri != otherURI else { return nil }
        guard !uri.isEmpty else {
            return "the transform's root element is in the namespace '\(otherURI)', the source's is in none"
        }
        return
            "the source's root element is in the namespace '\(uri)'; add xmlns=\"\(uri)\" to the transform's root"
    }
}

extension TransformElement {
    /// The paths, where the locators make any.
    var pathsIfKnown: Paths? { try? paths() }
}
