import Testing

@testable import XMLDocumentTransform

struct InvocationTests {
    /// A value and what it is read as; no name for a value that is none.
    struct Case: Sendable, CustomTestStringConvertible {
        var value: String
        var name: String?
        var arguments: [String]
        var testDescription: String { value }

        init(_ value: String, _ name: String?, _ arguments: [String] = []) {
            self.value = value
            self.name = name
            self.arguments = arguments
        }
    }

    static let cases: [Case] = [
        .init("Remove", "Remove"),
        .init("  Remove\n", "Remove"),
        .init("Remove()", "Remove"),
        .init("Remove (x)", "Remove", ["x"]),
        .init("Match( n )", "Match", [" n "]),
        .init("Match( n , v )", "Match", ["n", "v"]),
        .init("Match(a,,b)", "Match", ["a", "", "b"]),
        .init("Condition(starts-with(@n,'2'))", "Condition", ["starts-with(@n,'2')"]),
        .init("Condition(@n='2,3')", "Condition", ["@n='2", "3'"]),
        .init("F(a(b,c),d)", "F", ["a(b,c)", "d"]),
        .init("F(a(b,c)", "F", ["a(b,c"]),
        .init("F(a))", "F", ["a)"]),
        .init("F(\r\n a,\n b )", "F", ["a", "b"]),
        .init("Name_1", "Name_1"),
        .init("", nil),
        .init("Remove(x", nil),
        .init("Remove:x", nil),
        .init("a b", nil),
        .init("(x)", nil),
    ]

    @Test(arguments: cases)
    func `A directive's value is split into a name and arguments`(test: Case) {
        let invocation = Invocation(test.value)
        #expect(invocation?.name == test.name)
        #expect(invocation?.arguments ?? [] == test.arguments)
    }

    @Test func `Simple conditions are recognised, others are left to XPath`() {
        #expect(AttributeTest.parse("[@a='x']") == [.init(name: "a", value: "x")])
        #expect(
            AttributeTest.parse("[ @a = \"x'y\" and @b-c='' ]") == [
                .init(name: "a", value: "x'y"), .init(name: "b-c", value: ""),
            ])
        for other in [
            "[@a]", "[@a='x' or @b='y']", "[@a=1]", "[@p:a='x']", "[not(@a='x')]", "[@a='x'][1]", "[a='x']",
        ] {
            #expect(AttributeTest.parse(other) == nil, "\(other)")
        }
    }

    @Test func `Only predicates that close their own brackets are applied to a step alone`() {
        for good in ["[1]", "[@a][2]", "[b[c]]", "[']']", "[@a] [1]"] {
            #expect(XPathSyntax.isSelfContained(good))
        }
        for bad in ["[a", "[k[@n]", "[@a]/../b[1]", "]x[", "['x]"] {
            #expect(!XPathSyntax.isSelfContained(bad))
        }
    }
}
