import TransformFuzzing

/// A document made at random, in every style of writing XML, whose elements are told apart by an `id`.
struct RandomDocument {
    /// An element that was generated: its name, the chain of ids above it, and its text.
    struct Element {
        var name: String
        var id: String
        /// The ids and names from the root's child down to the element itself.
        var path: [(name: String, id: String)]
    }

    private(set) var text = ""
    private(set) var elements: [Element] = []
    private var random: SeededGenerator
    private let lineEnd: String
    private let unit: String
    private var style: Int
    private let isASCII: Bool

    /// Generates a document.
    init(seed: UInt64, isASCII: Bool = false, declaration: String? = nil) {
        random = SeededGenerator(seed: seed)
        lineEnd = random.pick(["\n", "\r\n", "\n", "\r\n", "\r"])
        unit = random.pick(["  ", "    ", "\t", " ", ""])
        style = random.below(3)
        self.isASCII = isASCII
        text =
            declaration ?? random.pick(["", "<?xml version=\"1.0\"?>\(lineEnd)", "<?xml version='1.0' ?>"])
        if random.oneIn(6) { text += "<!-- head & <tail> -->\(lineEnd)" }
        if random.oneIn(8) {
            text += "<!DOCTYPE root [ <!ELEMENT root ANY> <!ENTITY e 'x /> y'> ]>\(lineEnd)"
        }
        text += "<root"
        writeAttributes(level: 0)
        text += ">"
        writeContent(level: 1, path: [])
        text += "</root\(random.pick(["", " ", lineEnd]))>"
        text += random.pick(["", lineEnd, "\(lineEnd)<!-- end -->\(lineEnd)", " "])
    }

    private mutating func writeContent(level: Int, path: [(name: String, id: String)]) {
        for _ in 0..<random.below(level == 1 ? 9 : 5) {
            writeGap(level)
            switch random.below(9) {
            case 0:
                text += random.pick([
                    "text", "a &amp; b", "&#233;&lt;", "x > y", "&quot;", isASCII ? "q" : "é😀",
                ])
            case 1: text += random.pick(["<!-- c -->", "<!--<a id=\"x\"/> - -->", "<!---->"])
            case 2: text += random.pick(["<![CDATA[ <a /> ]]>", "<![CDATA[]]>", "<?p  q /> ?>", "<?p?>"])
            default: writeElement(level: level, path: path)
            }
        }
        writeGap(level - 1)
    }

    private mutating func writeElement(level: Int, path: [(name: String, id: String)]) {
        let name = random.pick(["a", "b", "add", "setting"])
        let id = "e\(elements.count)"
        let path = path + [(name, id)]
        elements.append(.init(name: name, id: id, path: path))
        text += "<\(name)"
        if random.oneIn(2) { writeAttributes(level: level) }
        text +=
            random.pick([" ", " ", "  ", "\(lineEnd)\(unit)"])
            + random.pick(["id=\"\(id)\"", "id = '\(id)'"])
        if random.oneIn(3) { writeAttributes(level: level, names: ["x", "y"]) }
        let space = random.pick(["", " ", "", lineEnd])
        if level > 4 || random.oneIn(2) {
            text += "\(space)/>"
        } else {
            text += "\(space)>"
            writeContent(level: level + 1, path: path)
            text += "</\(name)>"
        }
    }

    private mutating func writeAttributes(level: Int, names: [String] = ["k", "v", "w"]) {
        for name in names where random.oneIn(2) {
            text += random.pick([
                " ", " ", "   ", "\(lineEnd)\(String(repeating: unit, count: level + 2))", "\t",
            ])
            text += name + random.pick(["=", "=", " = ", "\(lineEnd)="])
            let quote = random.pick(["\"", "\"", "'"])
            let value = random.pick([
                "1", "", "a>b", "&lt;&amp;", "&#10;", "two words", "tab\there", quote == "'" ? "\"" : "'",
                isASCII ? "&#xE9;" : "éΩ", "/>",
            ])
            text += quote + value + quote
        }
    }

    private mutating func writeGap(_ level: Int) {
        let indent = String(repeating: unit, count: max(0, level))
        switch style {
        case 0: text += lineEnd + indent
        case 1: text += random.pick(["", "", " ", lineEnd + indent, "\(lineEnd)\(lineEnd)\(indent)"])
        default: break
        }
    }
}
