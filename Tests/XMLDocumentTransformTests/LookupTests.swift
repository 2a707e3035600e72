import Testing
import TransformFuzzing

@testable import XMLDocumentTransform

/// Lookup and libxml2's XPath are two ways to the same answer, before and after any change.
struct LookupTests {
    private static let source: String = {
        var text = "<c xmlns:p=\"urn:p\"><p:a i=\"1\"/>"
        for number in 0..<80 {
            text += "<a i=\"\(number % 40)\" j=\"\(number % 3)\"><b k=\"\(number)\"/><b p:k=\"x\"/></a>"
            if number % 7 == 0 { text += "<a xmlns=\"urn:d\" i=\"\(number)\"/>" }
        }
        return text + "</c>"
    }()

    private static let namespaces = ["p": "urn:p", "_defaultNamespace": "urn:d", "xml": Namespace.xml]

    private func step(
        _ name: String, prefix: String? = nil, _ filter: TargetPath.Filter = .none
    ) -> TargetPath.Step {
        .init(prefix: prefix, localName: name, filter: filter)
    }

    private func path(_ random: inout SeededGenerator) -> TargetPath {
        let value = "\(random.below(44))"
        let last = random.pick([
            step("a"), step("a", prefix: "p"), step("a", prefix: "_defaultNamespace"), step("new"),
            step("a", .attributes([.init(name: "i", value: value)])),
            step("a", .attributes([.init(name: "i", value: value), .init(name: "j", value: "1")])),
            step("new", .attributes([.init(name: "i", value: value)])),
            step("a", .predicate("[@j='2']")), step("a", .predicate("[@i > \(value)][last()]")),
            step("a", .predicate("[b[@p:k]]")),
        ])
        let path = TargetPath.empty.appending(step("c")).appending(last)
        return random.oneIn(3) ? path.appending(step("b", .predicate("[2]"))) : path
    }

    @Test(arguments: 0..<6)
    func `Lookup finds what XPath finds, whatever was changed`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let document = TargetDocument(try ParsedDocument(Array(Self.source.utf8), file: "f"))
        let root = try #require(document.tree.root)
        let evaluator = PathEvaluator(document: document)
        var found = 0
        for round in 0..<150 {
            for _ in 0..<3 {
                let path = path(&random)
                let quick = try evaluator.evaluate(path, Self.namespaces)
                let slow = try evaluator.evaluate(TargetPath(expression: path.text), Self.namespaces)
                #expect(quick == slow, "\(path.text) in round \(round)")
                found += quick.count
            }
            change(document, root, &random)
        }
        #expect(found > 1_000)
    }

    private func change(_ document: TargetDocument, _ root: Int, _ random: inout SeededGenerator) {
        let children = document.tree.children(of: root).filter { document.tree.nodes[$0].kind == .element }
        guard !children.isEmpty else { return }
        let child = random.pick(children)
        let attribute = StartTag.Attribute(
            prefix: nil, localName: "i", namespace: "", value: "\(random.below(44))", span: nil)
        switch random.below(4) {
        case 0: document.remove(child)
        case 1: document.setAttributes([attribute], of: child)
        case 2: document.setAttributes([], of: child)
        default:
            let new = document.makeNode(.element, 0..<0)
            document.tree.nodes[new].isNew = true
            document.tree.nodes[new].name = document.tree.names.intern(random.pick(["a", "new"]))
            document.startTags[new] = StartTag(attributes: [attribute])
            document.insert(new, under: root, before: random.oneIn(3) ? nil : child)
        }
    }
}
