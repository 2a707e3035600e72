import Diagnostics
import XMLDocumentTransform

extension ProjectEvaluation {
    private static let maximumCount = 100_000
    private static let operations: Set = ["Include", "Exclude", "Remove", "Update"]
    private static let notMetadata: Set = [
        "Include", "Exclude", "Remove", "Update", "Condition", "Label", "KeepDuplicates", "KeepMetadata",
        "RemoveMetadata", "MatchOnMetadata", "MatchOnMetadataOptions",
    ]

    /// Evaluates an `ItemDefinitionGroup`.
    mutating func evaluateDefinitions(_ group: PendingGroup) throws(Failure) {
        file = group.file
        guard try conditionHolds(of: group.element) else { return }
        for element in group.element.elements where try conditionHolds(of: element) {
            let type = element.localName.lowercased()
            for metadata in try metadata(of: element, for: nil) {
                definitions[type, default: [:]][metadata.name.lowercased()] = metadata
            }
        }
    }

    /// What counts of an `ItemGroup` in a target: what a deployment leaves out, and what it leaves alone at its target.
    private static let deploymentRules: Set = [
        "msdeployskiprules", "excludefrompackagefiles", "excludefrompackagefolders",
    ]

    /// Evaluates an `ItemGroup`.
    mutating func evaluateItems(_ group: PendingGroup) throws(Failure) {
        file = group.file
        var elements = group.element.elements
        if onlyDeploymentRules || group.target != nil {
            elements.removeAll { !Self.deploymentRules.contains($0.localName.lowercased()) }
            guard !elements.isEmpty else { return }
        }
        if let target = group.target {
            guard try conditionHolds(of: target) else { return }
        }
        guard try conditionHolds(of: group.element) else { return }
        for element in elements where try conditionHolds(of: element) {
            try evaluateItem(element)
        }
    }

    private mutating func evaluateItem(_ element: XMLElement) throws(Failure) {
        let given = element.attributes.filter { Self.operations.contains($0.name) && $0.name != "Exclude" }
        guard let attribute = given.first else {
            throw Failure(
                .badInput, id: "item-operation", "'\(element.name)' has no 'Include', 'Remove' or 'Update'",
                at: element.location)
        }
        guard given.count == 1, attribute.name == "Include" || element.attribute("Exclude") == nil else {
            throw Failure(
                .badInput, id: "item-operation",
                "'\(element.name)' may have one of 'Include', 'Remove' and 'Update', and 'Exclude' only with 'Include'",
                at: element.location)
        }
        switch attribute.name {
        case "Include": try include(element, attribute)
        case "Remove":
            for slot in slots(of: element.localName, attribute) { items[slot] = nil }
        default:
            for slot in slots(of: element.localName, attribute) {
                guard var item = items[slot] else { continue }
                try setMetadata(element, of: &item)
                items[slot] = item
            }
        }
    }

    private mutating func include(_ element: XMLElement, _ attribute: XMLElement.Attribute) throws(Failure) {
        let exclusion = Exclusion(fragments(of: element.attribute("Exclude")))
        for fragment in MSBuildText.fragments(of: expandProperties(attribute)) {
            for var item in candidates(fragment, element.localName, at: attribute.location)
            where !exclusion.contains(item.include) {
                try setMetadata(element, of: &item)
                items.append(item)
            }
            guard items.count <= Self.maximumCount else {
                throw Failure(
                    .badInput, id: "item-count", "the project has more than \(Self.maximumCount) items",
                    at: attribute.location, hint: "look for an item list that includes itself")
            }
        }
    }

    /// The items that one fragment of an `Include` means, without the metadata of the element.
    private mutating func candidates(
        _ fragment: String, _ type: String, at place: Diagnostic.Location
    ) -> [Item] {
        if fragment.hasPrefix("@("), fragment.hasSuffix(")"),
            let reference = ItemReference(String(fragment.dropFirst(2).dropLast()))
        {
            return items(of: reference, at: place).map { item in
                var item = item
                item.type = type
                item.location = place
                return item
            }
        }
        return MSBuildText.fragments(of: expand(fragment, at: place)).flatMap { part in
            guard Glob.hasWildcards(part) else {
                return [Item(type: type, include: MSBuildEscapes.unescaped(part), location: place)]
            }
            return folders.files(matching: Glob(escaped: part), from: itemBase).map { match in
                Item(type: type, include: match.path, recursiveFolder: match.recursiveFolder, location: place)
            }
        }
    }

    /// Where the items stand that a `Remove` or `Update` means.
    private mutating func slots(of type: String, _ attribute: XMLElement.Attribute) -> [Int] {
        fragments(of: attribute).flatMap { fragment in
            Glob.hasWildcards(fragment)
                ? items.slots(of: type, matching: Glob(escaped: fragment))
                : items.slots(of: type, include: MSBuildEscapes.unescaped(fragment))
        }
    }

    /// The expanded, escaped fragments of a list attribute.
    private mutating func fragments(of attribute: XMLElement.Attribute?) -> [String] {
        attribute.map { MSBuildText.fragments(of: expand($0.value, at: $0.location)) } ?? []
    }

    /// The text with properties replaced and item references kept, so that their metadata can be copied.
    private mutating func expandProperties(_ attribute: XMLElement.Attribute) -> String {
        expand(attribute.value, at: attribute.location, keepsItems: true)
    }
}

extension ProjectEvaluation {
    /// Sets the metadata that `element` holds; each sees those before it.
    private mutating func setMetadata(_ element: XMLElement, of item: inout Item) throws(Failure) {
        for metadata in try metadata(of: element, for: item) {
            item.metadata[metadata.name.lowercased()] = metadata
        }
    }

    /// The metadata that an element holds, as attributes and as elements.
    private mutating func metadata(of element: XMLElement, for item: Item?) throws(Failure) -> [Item.Metadata]
    {
        var item = item ?? Item(type: element.localName, include: "", location: element.location)
        var result: [Item.Metadata] = []
        for attribute in element.attributes where !Self.notMetadata.contains(attribute.name) {
            let value = expand(attribute.value, at: attribute.location, item: item)
            result.append(.init(name: attribute.name, value: value))
            item.metadata[attribute.name.lowercased()] = result.last
        }
        for child in element.elements where try conditionHolds(of: child, item: item) {
            let value = expand(child.propertyText, at: child.location, item: item)
            result.append(.init(name: child.localName, value: value))
            item.metadata[child.localName.lowercased()] = result.last
        }
        return result
    }
}

/// What an `Exclude` keeps out: any number of plain paths costs one look-up.
private struct Exclusion {
    private let paths: Set<String>
    private let globs: [Glob]

    init(_ fragments: [String]) {
        paths = Set(
            fragments.filter { !Glob.hasWildcards($0) }.map { PathText.key(MSBuildEscapes.unescaped($0)) })
        globs = fragments.filter(Glob.hasWildcards).map(Glob.init(escaped:))
    }

    func contains(_ include: String) -> Bool {
        paths.contains(PathText.key(include)) || globs.contains { $0.matches(include) }
    }
}
