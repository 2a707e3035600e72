import Diagnostics

extension Execution {
    /// Puts the element in the place of a node.
    func replace(_ target: Target) throws(Complaint) {
        let node = try removableNode(target)
        let parent = Int(self.target.tree.nodes[node].parent)
        let isBesideRoot = parent == NodeTree.document && self.target.tree.nodes[node].kind != .element
        guard !isBesideRoot else {
            throw complaint(
                "xdt-second-root", "replacing what stands beside the root would make a second root")
        }
        self.target.replace(node, with: try copy(under: parent))
    }

    /// Takes a node out.
    func remove(_ target: Target) throws(Complaint) {
        self.target.remove(try removableNode(target))
    }

    /// Puts a comment in the place of a node.
    func commentOut(_ target: Target) throws(Complaint) {
        let node = try removableNode(target)
        let comment = CommentText.comment(for: node, in: self.target, largestScalar: largestScalar)
        if comment.isAltered {
            run.diagnostics.append(
                .note(
                    "xdt-hyphens", "'\(element.name)' contains '--', which became '- -' inside the comment",
                    at: location))
        }
        self.target.replace(node, with: self.target.makeNode(.comment, self.target.store(comment.text)))
    }

    /// The number of a node that stands in the document and can leave it.
    private func removableNode(_ target: Target) throws(Complaint) -> Int {
        guard case .node(let node) = target, node != NodeTree.document else {
            throw complaint(
                "xdt-target-kind",
                "'\(directive.name.rawValue)' on '\(element.name)' leads to something that is no element",
                hint: "attributes are changed with 'SetAttributes' and 'RemoveAttributes'")
        }
        return node
    }
}
