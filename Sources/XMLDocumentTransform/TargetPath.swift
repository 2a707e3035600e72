/// Where in the target an element of the transform points: an XPath, and its steps where they are simple.
///
/// Steps can be followed by looking up children by name and attribute, which is what keeps a thousand transforms
/// on a large document fast. The text is for libxml2 and for people.
struct TargetPath: Equatable {
    /// One child step.
    struct Step: Equatable {
        /// The prefix as the transform's namespaces define it; nil for no namespace.
        var prefix: String?
        var localName: String
        var filter: Filter
    }

    /// What narrows a step down.
    enum Filter: Equatable {
        case none
        /// All these attributes have these values.
        case attributes([AttributeTest])
        /// An XPath predicate with its brackets.
        case predicate(String)
    }

    /// An XPath that the steps start from; empty for the document node.
    private var base: String
    private var steps: [Step]

    /// The path above the root element.
    static let empty = TargetPath(base: "", steps: [])

    private init(base: String, steps: [Step]) {
        self.base = base
        self.steps = steps
    }

    /// A path of any form.
    init(expression: String) {
        self.init(base: TargetPath.shortened(expression), steps: [])
    }

    /// Whether this is the path above the root element.
    var isEmpty: Bool { base.isEmpty && steps.isEmpty }

    /// The steps from the document node, if the path consists of nothing else.
    var plainSteps: [Step]? { base.isEmpty ? steps : nil }

    /// The XPath from the document node.
    ///
    /// Only made when it is needed: a thousand transforms on their way through lookup need none.
    var text: String {
        var text = base
        for step in steps {
            if !text.hasSuffix("/") { text += "/" }
            text += (step.prefix.map { "\($0):" } ?? "") + step.localName + step.filter.text
        }
        return TargetPath.shortened(text)
    }

    /// The path with a child step appended.
    func appending(_ step: Step) -> TargetPath { TargetPath(base: base, steps: steps + [step]) }

    /// The path with any relative XPath appended.
    func appending(expression: String) -> TargetPath { TargetPath(expression: "\(text)/\(expression)") }

    /// Steps to the node itself are left out.
    private static func shortened(_ text: String) -> String {
        text.contains("/./") ? text.replacing("/./", with: "/") : text
    }
}

extension TargetPath.Filter {
    /// The filter as XPath.
    var text: String {
        switch self {
        case .none: ""
        case .predicate(let text): text
        case .attributes(let tests):
            "[" + tests.map { "@\($0.name)='\($0.value)'" }.joined(separator: " and ") + "]"
        }
    }
}

/// The test that an attribute has a value.
struct AttributeTest: Equatable {
    /// The attribute's name, prefix included.
    var name: String
    var value: String

    /// Reads predicates of the form `[@a='v' and @b="w"]`, the most frequent by far; nil for all others.
    static func parse(_ predicate: String) -> [AttributeTest]? {
        guard predicate.hasPrefix("["), predicate.hasSuffix("]") else { return nil }
        var rest = Substring(predicate).dropFirst().dropLast()
        var tests: [AttributeTest] = []
        while true {
            rest = rest.drop(while: \.isXMLSpace)
            guard rest.first == "@" else { return nil }
            rest = rest.dropFirst()
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
            guard let first = name.first, first.isLetter || first == "_" else { return nil }
            rest = rest[name.endIndex...].drop(while: \.isXMLSpace)
            guard rest.first == "=" else { return nil }
            rest = rest.dropFirst().drop(while: \.isXMLSpace)
            guard let quote = rest.first, quote == "'" || quote == "\"" else { return nil }
            let value = rest.dropFirst().prefix { $0 != quote }
            guard value.endIndex < rest.endIndex else { return nil }
            tests.append(.init(name: String(name), value: String(value)))
            rest = rest[value.endIndex...].dropFirst().drop(while: \.isXMLSpace)
            if rest.isEmpty { return tests }
            guard rest.hasPrefix("and"), rest.dropFirst(3).first.map({ $0.isXMLSpace || $0 == "@" }) == true
            else {
                return nil
            }
            rest = rest.dropFirst(3)
        }
    }
}

extension Character {
    /// Whether the character is white space in XML.
    var isXMLSpace: Bool { self == " " || self == "\n" || self == "\t" || self == "\r" || self == "\r\n" }
}
