import Diagnostics

extension ProjectEvaluation {
    /// The text with its references replaced: `%(Metadata)`, then `$(Property)`, then `@(Item)`; still escaped.
    ///
    /// What cannot be evaluated becomes empty, with a warning.
    ///
    /// - Parameters:
    ///   - text: The text as it is written.
    ///   - place: Where it is written.
    ///   - item: The item that `%(…)` reads from; without one, `%(…)` stays as it is.
    ///   - keepsItems: Whether `@(…)` stays as it is.
    /// - Returns: The expanded text.
    mutating func expand(
        _ text: String, at place: Diagnostic.Location, item: Item? = nil, keepsItems: Bool = false
    ) -> String {
        guard text.utf8.contains(UInt8(ascii: "(")) else { return text }
        var text = text
        if let item {
            text = replacing(UInt8(ascii: "%"), in: text, at: place) { body, evaluation in
                evaluation.metadata(body, of: item)
            }
        }
        text = replacing(UInt8(ascii: "$"), in: text, at: place) { body, evaluation in
            evaluation.propertyValue(body, at: place)
        }
        guard !keepsItems else { return text }
        return replacing(UInt8(ascii: "@"), in: text, at: place) { body, evaluation in
            evaluation.itemList(body, at: place)
        }
    }

    /// A text that refers to itself doubles with every line: what is longer than this is no path or setting.
    private static let maximumLength = 1 << 20

    /// Replaces every `<sigil>(body)`; where `value` has none the text stays.
    private mutating func replacing(
        _ sigil: UInt8, in text: String, at place: Diagnostic.Location,
        by value: (String, inout ProjectEvaluation) -> String?
    ) -> String {
        guard text.utf8.contains(sigil) else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == sigil, MSBuildText.isReference(bytes, at: index) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            // What is never closed is text, and so is the rest: looking on would cost the square of its length.
            guard let end = MSBuildText.closing(bytes, from: index + 1) else { break }
            let value = value(String(decoding: bytes[index + 2..<end], as: UTF8.self), &self)
            result.append(contentsOf: value.map { Array($0.utf8)[...] } ?? bytes[index...end])
            index = end + 1
            guard result.count <= Self.maximumLength else {
                diagnostics.add(
                    .error(
                        "text-too-long", "the text has more than \(Self.maximumLength) bytes when evaluated",
                        at: place, hint: "look for a property or item that contains itself"))
                return ""
            }
        }
        return String(decoding: result + bytes[index...], as: UTF8.self)
    }

    /// The value of `$(body)`.
    private mutating func propertyValue(_ body: String, at place: Diagnostic.Location) -> String {
        let name = MSBuildText.trimmed(body)
        if MSBuildText.isName(name) { return escapedProperty(name) }
        // The registry of another system: nothing is known of it.
        if name.lowercased().hasPrefix("registry:") { return "" }
        guard let value = PropertyFunctions.value(of: name, in: functionContext(at: place)) else {
            diagnostics.add(
                .warning(
                    "property-function", "'$(\(body))' cannot be evaluated here; it counts as empty",
                    at: place,
                    hint: "give the property its value as text"))
            return ""
        }
        return value
    }

    private func escapedProperty(_ name: String) -> String {
        if let value = WellKnownProperties.thisFile(name, in: file) { return MSBuildEscapes.escaped(value) }
        return properties.property(name)?.value ?? ""
    }

    private func functionContext(at place: Diagnostic.Location) -> PropertyFunctions.Context {
        PropertyFunctions.Context(
            property: { MSBuildEscapes.unescaped(escapedProperty($0)) },
            exists: { folders.find($0, from: root.folder).flatMap { folders.kind(of: $0.path) } },
            folder: root.folder)
    }

    /// The value of `%(body)`; nil when the body is no name.
    private func metadata(_ body: String, of item: Item) -> String? {
        let parts = MSBuildText.trimmed(body).split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.allSatisfy(MSBuildText.isName), let name = parts.last else { return nil }
        guard parts.count == 1 || parts[0].lowercased() == item.type.lowercased() else { return "" }
        return escapedMetadata(name, of: item)
    }

    /// A metadata of an item, escaped: its own, that of its definition, or a well-known one; else empty.
    func escapedMetadata(_ name: String, of item: Item) -> String {
        let key = name.lowercased()
        if let value = WellKnownMetadata.value(key, of: item, base: itemBase) {
            return MSBuildEscapes.escaped(value)
        }
        return (item.metadata[key] ?? definitions[item.type.lowercased()]?[key])?.value ?? ""
    }

    /// The text of `@(body)`: the items joined by `;` or the separator given.
    private mutating func itemList(_ body: String, at place: Diagnostic.Location) -> String? {
        guard let reference = ItemReference(body) else { return nil }
        return items(of: reference, at: place).map { MSBuildEscapes.escaped($0.include) }
            .joined(separator: reference.separator ?? ";")
    }

    /// The items that a reference means, each with its `Include` transformed.
    mutating func items(of reference: ItemReference, at place: Diagnostic.Location) -> [Item] {
        guard let transform = reference.transform else { return items.items(of: reference.type) }
        return items.items(of: reference.type).map { item in
            var item = item
            item.include = MSBuildEscapes.unescaped(expand(transform, at: place, item: item))
            return item
        }
    }
}

/// What stands in `@(…)`: a type, perhaps a transform `->'…'`, perhaps a separator `, '…'`.
struct ItemReference: Equatable {
    /// The item type.
    var type: String
    /// The text that each item becomes.
    var transform: String?
    /// What joins them.
    var separator: String?

    /// Reads the text between the parentheses; nil when it is no such reference.
    init?(_ body: String) {
        var rest = MSBuildText.trimmed(body)[...]
        type = MSBuildText.trimmed(rest.prefix { $0 != "," && $0 != ">" && $0 != " " })
        if rest.contains("->"), type.hasSuffix("-") { type.removeLast() }
        guard MSBuildText.isName(type) else { return nil }
        rest = Self.trimmingStart(rest.dropFirst(type.count))
        if rest.hasPrefix("->") {
            guard let quoted = Self.takeQuoted(&rest, after: 2) else { return nil }
            transform = quoted
        }
        if rest.hasPrefix(",") {
            guard let quoted = Self.takeQuoted(&rest, after: 1) else { return nil }
            separator = quoted
        }
        guard rest.isEmpty else { return nil }
    }

    private static func takeQuoted(_ rest: inout Substring, after count: Int) -> String? {
        let text = trimmingStart(rest.dropFirst(count))
        guard text.first == "'", let end = text.dropFirst().firstIndex(of: "'") else { return nil }
        rest = trimmingStart(text[text.index(after: end)...])
        return String(text[text.index(after: text.startIndex)..<end])
    }

    private static func trimmingStart(_ text: Substring) -> Substring {
        text.drop(while: \.isWhitespace)
    }
}

/// The metadata that every item has.
enum WellKnownMetadata {
    /// The value of the metadata of that lower-case name; nil for a name that is not well known.
    static func value(_ name: String, of item: Item, base: String) -> String? {
        let include = item.include
        // A separator is ASCII, so what follows it is whole characters.
        let file = PathText.name(include)
        let folder = String(include.dropLast(include.hasSuffix(file) ? file.count : 0))
        switch name {
        case "identity": return include
        case "filename": return WellKnownProperties.stem(file)
        case "extension": return String(file.dropFirst(WellKnownProperties.stem(file).count))
        case "relativedir": return folder
        case "recursivedir": return item.recursiveFolder
        case "fullpath": return fullPath(include, base)
        case "rootdir": return "/"
        case "directory":
            let components = PathText.components(fullPath(include, base)).dropLast()
            return components.map { $0 + "/" }.joined()
        default: return nil
        }
    }

    private static func fullPath(_ include: String, _ base: String) -> String {
        "/" + PathText.normalised(PathText.isAbsolute(include) ? include : "\(base)/\(include)")
    }
}
