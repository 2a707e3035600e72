import Diagnostics
import XMLDocumentTransform

extension ProjectEvaluation {
    /// Evaluates a `PropertyGroup`: each property sees those before it.
    mutating func evaluateProperties(_ group: XMLElement) throws(Failure) {
        guard try conditionHolds(of: group) else { return }
        for element in group.elements {
            let name = element.localName
            guard !WellKnownProperties.reserved.contains(name.lowercased()) else {
                throw Failure(
                    .badInput, id: "property-reserved", "'\(name)' is defined by MSBuild and cannot be set",
                    at: element.location, hint: "remove it, or give it another name")
            }
            guard try conditionHolds(of: element) else { continue }
            let text = element.propertyText
            let unknown = unknownProperty(in: text)
            properties.set(name, expand(text, at: element.location), at: element.location, unknown: unknown)
        }
    }

    /// The first property that a text needs and nobody sets, itself or through the properties that it refers to.
    private func unknownProperty(in text: String) -> String? {
        for name in MSBuildText.propertyNames(in: text)
        where WellKnownProperties.thisFile(name, in: file) == nil {
            guard let property = properties.property(name) else { return name }
            if let unknown = property.unknown { return unknown }
        }
        return nil
    }

    /// Evaluates a `Choose`: the first `When` that holds, else `Otherwise`.
    mutating func evaluateChoose(_ choose: XMLElement) throws(Failure) {
        for branch in choose.elements {
            switch branch.localName {
            case "When":
                guard branch.attribute("Condition") != nil else {
                    throw Failure(
                        .badInput, id: "condition-missing", "'When' has no 'Condition'", at: branch.location,
                        hint: "add one, or use 'Otherwise'")
                }
                guard try conditionHolds(of: branch) else { continue }
            case "Otherwise": break
            default: throw unknownElement(branch, in: choose)
            }
            try evaluateBranch(branch)
            return
        }
    }

    private mutating func evaluateBranch(_ branch: XMLElement) throws(Failure) {
        for element in branch.elements {
            switch element.localName {
            case "PropertyGroup": try evaluateProperties(element)
            case "ItemGroup": itemGroups.append(PendingGroup(element: element, file: file))
            case "Choose": try evaluateChoose(element)
            default: throw unknownElement(element, in: branch)
            }
        }
    }

    /// The error about an element that does not belong where it stands.
    func unknownElement(_ element: XMLElement, in parent: XMLElement) -> Failure {
        Failure(
            .badInput, id: "project-element", "'\(element.name)' cannot stand in '\(parent.name)'",
            at: element.location)
    }

    /// Takes up what a target says of a deployment, which is all that counts without running it; notes the rest.
    mutating func evaluateTarget(_ target: XMLElement) {
        for group in target.elements where group.localName == "ItemGroup" {
            itemGroups.append(PendingGroup(element: group, file: file, target: target))
        }
        let declarations: Set = ["PropertyGroup", "ItemGroup", "OnError"]
        guard target.elements.contains(where: { !declarations.contains($0.localName) }) else { return }
        diagnostics.add(
            .note(
                "target-not-executed", "the target '\(target[attribute: "Name"] ?? "")' is not executed",
                at: target.location, hint: "run its commands before you publish"))
    }
}

extension XMLElement {
    /// The text of a property or metadata: as written, but nothing where it is only white space.
    var propertyText: String {
        let text = text
        return MSBuildText.isBlank(text) ? "" : text
    }
}
