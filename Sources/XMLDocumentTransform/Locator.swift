import Diagnostics

/// How an element says which elements of the target it means.
enum Locator {
    /// Those of the same name.
    case standard
    /// Those whose named attributes have the values they have in the transform.
    case match([String])
    /// Those for which an XPath predicate holds.
    case condition(String)
    /// Whatever an XPath leads to.
    case xpath(String)

    /// The names in the language.
    static let names = ["DefaultLocator", "Match", "Condition", "XPath"]

    /// Reads the locator of an element.
    ///
    /// - Throws: What is wrong with it.
    init(of element: TransformElement) throws(Complaint) {
        guard let directive = element.transform.directive(.locator, of: element.node) else {
            self = .standard
            return
        }
        guard let invocation = Invocation(directive.value) else {
            throw Complaint(
                "xdt-locator-syntax",
                "the locator '\(directive.value)' is not of the form 'Name' or 'Name(…)'",
                at: element.transform.location(directive.offset), hint: "write for example 'Match(name)'")
        }
        let arguments = invocation.arguments
        switch invocation.name {
        case "DefaultLocator": self = .standard
        case "Match":
            guard !arguments.isEmpty else {
                throw Complaint(
                    "xdt-locator-arguments", "'Match' on '\(element.name)' names no attribute",
                    at: element.location, hint: "name the attributes to compare, such as 'Match(name)'")
            }
            self = .match(arguments)
        case "Condition", "XPath":
            guard arguments.count == 1 else {
                throw Complaint(
                    "xdt-locator-arguments",
                    "'\(invocation.name)' on '\(element.name)' needs exactly one argument, but has \(arguments.count)",
                    at: element.location,
                    hint: "a comma separates arguments unless it stands in parentheses, even inside quotes")
            }
            self = invocation.name == "XPath" ? .xpath(arguments[0]) : .condition(arguments[0])
        default:
            throw Complaint(
                "xdt-unknown-locator", "there is no locator '\(invocation.name)'",
                at: element.transform.location(directive.offset),
                hint: NearestName.hint(for: invocation.name, among: Locator.names))
        }
    }

    /// The paths an element has with this locator.
    ///
    /// - Throws: What is wrong with the locator's arguments.
    func paths(for element: TransformElement, under parent: TargetPath) throws(Complaint)
        -> TransformElement.Paths
    {
        var step = element.plainStep
        switch self {
        case .standard:
            break
        case .match(let names):
            step.filter = .attributes(try tests(names, element))
        case .condition(let expression):
            // Each bracket is added on its own, as the reference does.
            let start = expression.hasPrefix("[") ? "" : "["
            let end = expression.hasSuffix("]") ? "" : "]"
            step.filter = .predicate(start + expression + end)
        case .xpath(let expression):
            let path =
                expression.hasPrefix("/")
                ? TargetPath(expression: expression)
                : parent.appending(step).appending(expression: expression)
            return .init(own: path, parent: path)
        }
        return .init(own: parent.appending(step), parent: parent)
    }

    private func tests(_ names: [String], _ element: TransformElement) throws(Complaint) -> [AttributeTest] {
        let tree = element.transform.tree
        var tests: [AttributeTest] = []
        for name in names {
            guard
                let place = tree.nodes[element.node].attributes.first(where: {
                    tree.names.name(tree.attributes[$0].name) == name
                })
            else {
                throw Complaint(
                    "xdt-match-attribute", "'\(element.name)' has no attribute '\(name)' to match by",
                    at: element.location,
                    hint: name == name.trimmed
                        ? "add the attribute with the value to look for"
                        : "leave out the spaces around the name")
            }
            tests.append(.init(name: name, value: tree.value(tree.attributes[place])))
        }
        return tests
    }
}

extension TransformElement {
    /// The step to children of the same name.
    var plainStep: TargetPath.Step {
        let record = transform.tree.nodes[node]
        let entry = transform.tree.names.entries[Int(record.name)]
        let prefix: String? =
            if entry.prefix >= 0 {
                transform.tree.names.name(entry.prefix)
            } else {
                record.namespace == 0 ? nil : Namespace.defaultPrefix
            }
        return .init(prefix: prefix, localName: transform.tree.names.name(entry.local), filter: .none)
    }
}
