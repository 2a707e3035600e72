import Diagnostics

extension Execution {
    /// SetAttributes and SetTokenizedAttributes on one target.
    func setAttributes(_ target: Target) throws(Complaint) {
        let element = try targetElement(target)
        let selected = try select(from: try transformAttributes())
        if selected.isEmpty {
            warn("xdt-nothing-to-set", "'\(self.element.name)' has no attributes to set")
            return
        }
        var attributes = self.target.attributes(of: element)
        var isChanged = false
        // What was set before an error stays, as in the reference.
        defer { if isChanged { self.target.setAttributes(attributes, of: element) } }
        for var attribute in selected {
            if directive.name == .setTokenizedAttributes {
                attribute.value = try detokenize(attribute, attributes)
            }
            if let place = attributes.firstIndex(where: { $0.isNamed(like: attribute) }) {
                if attributes[place].value == attribute.value { continue }
                attributes[place].value = attribute.value
                attributes[place].span = nil
            } else {
                _ = self.target.tree.namespace(attribute.namespace)
                attributes.append(attribute)
            }
            isChanged = true
        }
    }

    /// RemoveAttributes on one target.
    func removeAttributes(_ target: Target) throws(Complaint) {
        let element = try targetElement(target)
        let attributes = self.target.attributes(of: element)
        let removed = try select(from: attributes.filter { !$0.isDeclaration })
        if removed.isEmpty {
            let tree = self.target.tree
            let location =
                self.target.origins[element].map { run.transform.location($0) }
                ?? run.sourceLocation(Int(tree.nodes[element].start) + 1)
            warn(
                "xdt-nothing-removed",
                "no attribute of '\(tree.names.name(tree.nodes[element].name))' was removed",
                at: .init(file: run.source.source.file, line: location.line, column: location.column))
            return
        }
        self.target.setAttributes(
            attributes.filter { attribute in !removed.contains { $0.isNamed(like: attribute) } }, of: element)
    }

    private func targetElement(_ target: Target) throws(Complaint) -> Int {
        guard case .node(let node) = target, self.target.tree.nodes[node].kind == .element else {
            throw complaint(
                "xdt-target-kind",
                "'\(directive.name.rawValue)' on '\(element.name)' leads to something that has no attributes")
        }
        return node
    }

    /// The attributes of the transform's element that are data.
    private func transformAttributes() throws(Complaint) -> [StartTag.Attribute] {
        let copier = ElementCopier(from: run.transform, to: target, largestScalar: largestScalar)
        do {
            return try copier.attributes(of: element.node)
        } catch {
            throw complaint(error)
        }
    }

    /// The attributes that the arguments name, or all, in document order; warns about arguments that name none.
    private func select(from attributes: [StartTag.Attribute]) throws(Complaint) -> [StartTag.Attribute] {
        if directive.arguments.isEmpty { return attributes }
        var selected: Set<Int> = []
        for argument in directive.arguments {
            let name = argument.trimmed
            guard name == "*" || isName(name) else {
                throw complaint(
                    "xdt-attribute-name",
                    "'\(name)' cannot be used as an argument of '\(directive.name.rawValue)' on '\(element.name)'",
                    hint: "name attributes without prefix, or leave the arguments out to mean all")
            }
            let found = attributes.indices.filter {
                name == "*" || attributes[$0].localName == name && attributes[$0].namespace.isEmpty
            }
            if found.isEmpty {
                warn(
                    "xdt-argument-unmatched",
                    "the argument '\(name)' of '\(directive.name.rawValue)' names no attribute")
            }
            selected.formUnion(found)
        }
        return selected.sorted().map { attributes[$0] }
    }

    private func isName(_ name: String) -> Bool {
        guard let first = name.first, first.isLetter || first == "_" else { return false }
        return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
    }

    /// Puts the values of attributes in the place of `$(name)`: the target's, else the transform's.
    private func detokenize(
        _ attribute: StartTag.Attribute, _ targetAttributes: [StartTag.Attribute]
    ) throws(Complaint) -> String {
        let others = try transformAttributes().filter { !$0.isNamed(like: attribute) }
        var result = ""
        var rest = Substring(attribute.value)
        while let start = rest.firstRange(of: "$(") {
            let name = rest[start.upperBound...].prefix {
                $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" || $0 == "."
            }
            guard !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == ")" else {
                result += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                continue
            }
            let known =
                targetAttributes.first { $0.name == name && !$0.isDeclaration }
                ?? others.first { $0.name == name }
            guard let known else {
                throw complaint(
                    "xdt-unknown-token",
                    "'$(\(name))' in '\(attribute.name)' of '\(element.name)' names no attribute",
                    hint: "tokens stand for attributes of the target, or of the element in the transform")
            }
            result += rest[..<start.lowerBound] + known.value
            rest = rest[rest.index(after: name.endIndex)...]
        }
        return result + rest
    }
}
