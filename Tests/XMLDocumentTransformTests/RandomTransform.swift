import TransformFuzzing

/// A transform made at random for a random document, with the same changes in plain terms.
struct RandomTransform {
    /// One change to the element with an id.
    enum Change {
        case remove(String)
        case replace(String, with: String)
        case insert(String, under: String)
        case insertBefore(String, sibling: String)
        case insertAfter(String, sibling: String)
        case setAttributes(String, [String: String])
        case removeAttributes(String, [String])
        case commentOut(String)
    }

    private(set) var text = "<root xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\">\n"
    private(set) var changes: [Change] = []
    private var random: SeededGenerator

    /// Generates changes to elements of a document.
    init(for document: RandomDocument, seed: UInt64, count: Int) {
        random = SeededGenerator(seed: seed)
        for number in 0..<count where !document.elements.isEmpty {
            write(random.pick(document.elements), number)
        }
        text += "</root>\n"
    }

    private mutating func write(_ element: RandomDocument.Element, _ number: Int) {
        let id = element.id
        let new = "n\(number)"
        let content = random.pick(["/>", "><m id=\"\(new)m\">deep</m></k>", ">t &amp; u</k>"])
        switch random.below(8) {
        case 0: write(element, "", "Remove", "/>", .remove(id))
        case 1:
            let tag = content.replacing("</k>", with: "</\(element.name)>")
            write(
                element, " n=\"\(new)\"", "Replace", tag,
                .replace(id, with: "<\(element.name) n=\"\(new)\" id=\"\(id)\"\(tag)"))
        case 2:
            let inner = "<k id=\"\(new)\" xdt:Transform=\"Insert\"\(content)"
            text += enclosed(element, inner)
            changes.append(.insert("<k id=\"\(new)\"\(content)", under: id))
        case 3, 4:
            let isBefore = random.oneIn(2)
            let name = isBefore ? "InsertBefore" : "InsertAfter"
            text += "<k id=\"\(new)\" xdt:Transform=\"\(name)(//*[@id='\(id)'])\"\(content)\n"
            let copy = "<k id=\"\(new)\"\(content)"
            changes.append(isBefore ? .insertBefore(copy, sibling: id) : .insertAfter(copy, sibling: id))
        case 5:
            write(
                element, " v=\"v\(number)\" z=\"&lt;\(number)\"", "SetAttributes(v,z)", "/>",
                .setAttributes(id, ["v": "v\(number)", "z": "<\(number)"]))
        case 6: write(element, "", "RemoveAttributes(v,x)", "/>", .removeAttributes(id, ["v", "x"]))
        default: write(element, "", "CommentOut", "/>", .commentOut(id))
        }
    }

    /// An element with a directive, reached by one of the locators.
    private mutating func write(
        _ element: RandomDocument.Element, _ attributes: String, _ transform: String, _ end: String,
        _ change: Change
    ) {
        let id = element.id
        let directive = " xdt:Transform=\"\(transform)\""
        if random.oneIn(3) {
            text +=
                "<\(element.name) id=\"\(id)\"\(attributes)\(directive) xdt:Locator=\"XPath(//*[@id='\(id)'])\"\(end)\n"
        } else {
            var outer = element
            outer.path.removeLast()
            let locator = random.oneIn(2) ? "Match(id)" : "Condition(@id='\(id)')"
            text += enclosed(
                outer,
                "<\(element.name) id=\"\(id)\"\(attributes)\(directive) xdt:Locator=\"\(locator)\"\(end)")
        }
        changes.append(change)
    }

    /// A piece of transform inside the elements around it.
    private mutating func enclosed(_ element: RandomDocument.Element, _ inner: String) -> String {
        var result = inner
        for step in element.path.reversed() {
            let locator = random.pick([
                "Match(id)", "Condition(@id='\(step.id)')", "Condition(@id = \"\(step.id)\" or false())",
            ])
            let quoted = locator.replacing("\"", with: "&quot;")
            result = "<\(step.name) id=\"\(step.id)\" xdt:Locator=\"\(quoted)\">\n\(result)\n</\(step.name)>"
        }
        return result + "\n"
    }
}
