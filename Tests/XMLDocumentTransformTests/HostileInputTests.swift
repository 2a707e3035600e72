import Diagnostics
import Testing

@testable import XMLDocumentTransform

struct HostileInputTests {
    /// A document that cannot be used, and what is said about it.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var id: String
        var line: Int
        var column: Int
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ id: String, _ line: Int, _ column: Int) {
            self.name = name
            self.text = text
            self.id = id
            self.line = line
            self.column = column
        }
    }

    static let malformed: [Case] = [
        .init("empty", "", "xml-empty", 1, 1),
        .init("only white space", " \r\n\t", "xml-empty", 1, 1),
        .init("no element", "<?xml version='1.0'?>\n<!-- c -->", "xml-no-root", 2, 11),
        .init("no markup", "hello", "xml-no-root", 1, 1),
        .init("truncated in content", "<c>\n  <a/>\n", "xml-malformed", 3, 1),
        .init("truncated in a tag", "<c>\n  <a b='1'", "xml-malformed", 2, 11),
        .init("truncated in a comment", "<c>\n  <!-- x", "xml-malformed", 2, 9),
        .init("wrong end tag", "<c>\n  <a></b>\n</c>", "xml-malformed", 2, 8),
        .init("two roots", "<c/>\n<d/>", "xml-malformed", 2, 1),
        .init("twice the same attribute", "<c>\n<a x='1'\n x='2'/></c>", "xml-malformed", 3, 7),
        .init("bare ampersand", "<c>\n a & b</c>", "xml-malformed", 2, 5),
        .init("undeclared entity", "<c>\n&nbsp;</c>", "xml-malformed", 2, 1),
        .init("undeclared prefix", "<c>\n<p:a/></c>", "xml-malformed", 2, 2),
        .init("undeclared attribute prefix", "<c>\n<a p:x='1'/></c>", "xml-malformed", 2, 2),
        .init("no quotes", "<c a=1/>", "xml-malformed", 1, 6),
        .init("bad character", "<c>\u{1}</c>", "xml-malformed", 1, 4),
        .init("zero byte", "<c>a\u{0}b</c>", "xml-malformed", 1, 5),
        .init("zero byte behind the root", "<c/>\n\u{0}", "xml-malformed", 2, 1),
        .init("late declaration", "\n<?xml version='1.0'?><c/>", "xml-malformed", 2, 6),
    ]

    @Test(arguments: malformed)
    func `A malformed document is exactly one error at its place`(test: Case) throws {
        let place = Diagnostic.Location(file: "web.config", line: test.line, column: test.column)
        let bytes = Array(test.text.utf8)
        let asTransform = #expect(throws: Failure.self) {
            try DocumentTransform(parsing: bytes, file: "web.config")
        }
        let transform = try DocumentTransform(parsing: Array("<c/>".utf8), file: "t")
        let asSource = #expect(throws: Failure.self) { try transform.apply(to: bytes, file: "web.config") }
        for failure in [asTransform, asSource] {
            #expect(failure?.reason == .badInput)
            #expect(failure?.diagnostics.count == 1)
            #expect(failure?.diagnostics.first?.id == test.id)
            #expect(
                failure?.diagnostics.first?.location == place,
                "\(failure?.diagnostics.first?.description ?? "")")
        }
    }

    @Test(arguments: [
        ("<c/>\n<d/>", "behind the end of the root element"),
        ("<c/>text", "behind the end of the root element"),
        ("<c>\u{0}</c>", "a zero byte"), ("<c a='\u{0}'/>", "a zero byte"), ("<c><d>", "breaks off"),
    ])
    func `What is wrong is said in words that lead to it`(text: String, words: String) {
        let failure = #expect(throws: Failure.self) { try XMLElement(parsing: Array(text.utf8), file: "f") }
        #expect(failure?.diagnostics.first?.message.contains(words) == true)
    }

    @Test func `Depth is bounded, and the bound is usable`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
        }
        #expect(try XMLElement(parsing: nested(256), file: "f").name == "a")
        let failure = #expect(throws: Failure.self) { try XMLElement(parsing: nested(257), file: "f") }
        #expect(failure?.diagnostics.map(\.id) == ["xml-too-deep"])
        #expect(failure?.diagnostics.first?.location?.column == 256 * 3 + 2)
        for depth in [258, 100_000] {
            let deeper = #expect(throws: Failure.self) { try XMLElement(parsing: nested(depth), file: "f") }
            #expect(deeper?.diagnostics.map(\.message) == failure?.diagnostics.map(\.message))
            #expect(deeper?.diagnostics.map(\.id) == ["xml-too-deep"])
        }
    }

    @Test func `Size is bounded`() {
        let bytes = [UInt8](repeating: 0x20, count: Limits.documentBytes + 1)
        let failure = #expect(throws: Failure.self) { try XMLElement(parsing: bytes, file: "f") }
        #expect(failure?.diagnostics.map(\.id) == ["xml-too-large"])
    }

    @Test func `Insertions cannot nest the result too deeply`() throws {
        let transform =
            "<a xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'>"
            + String(
                repeating: "<a xdt:Transform='Insert' xdt:Locator='XPath(//a[not(*)])'><a/></a>", count: 200)
            + "</a>"
        let outcome = try DocumentTransform(parsing: Array(transform.utf8), file: "t").apply(
            to: Array("<a/>".utf8), file: "s")
        #expect(outcome.diagnostics.contains { $0.id == "xdt-too-deep" })
        #expect(try XMLElement(parsing: outcome.output, file: "o").name == "a")
    }

    @Test func `Entities are neither expanded nor fetched, and stay as they are`() throws {
        let text = """
            <!DOCTYPE c [<!ENTITY l0 "lol"><!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY net SYSTEM "http://127.0.0.1:9/x">
            <!ENTITY l1 "&l0;&l0;">]>
            <c a="&l0;">&file;&net;<b>&l1;</b></c>
            """
        let transform =
            "<c xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'>"
            + "<b v='1' xdt:Transform='SetAttributes' xdt:Locator=\"Condition(string-length(.) = 0)\"/></c>"
        let outcome = try DocumentTransform(parsing: Array(transform.utf8), file: "t").apply(
            to: Array(text.utf8), file: "s")
        #expect(String(decoding: outcome.output, as: UTF8.self) == text.replacing("<b>", with: "<b v=\"1\">"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `Entities that multiply are refused or left alone, but never expanded`() throws {
        let lines = (1...30).map { level in
            "<!ENTITY l\(level) \"\(String(repeating: "&l\(level - 1);", count: 10))\">"
        }
        let head = "<!DOCTYPE c [<!ENTITY l0 \"lol\">\(lines.joined())]>"
        for body in ["<c>&l30;</c>", "<c a=\"&l30;\"/>"] {
            let bytes = Array((head + body).utf8)
            if let root = try? XMLElement(parsing: bytes, file: "f") {
                #expect(root.text.utf8.count < 100)
            }
        }
    }

    @Test func `An entity of the transform is not carried into a document that lacks it`() throws {
        let transform =
            "<!DOCTYPE c [<!ENTITY e 'x'>]><c xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'>"
            + "<b xdt:Transform='Insert'>&e;</b><b v='&e;' xdt:Transform='Insert'/></c>"
        let outcome = try DocumentTransform(parsing: Array(transform.utf8), file: "t").apply(
            to: Array("<c/>".utf8), file: "s")
        #expect(outcome.diagnostics.map(\.id) == ["xdt-entity", "xdt-entity"])
        #expect(String(decoding: outcome.output, as: UTF8.self) == "<c/>")
    }

    @Test(arguments: [
        String(repeating: "(", count: 50_000), String(repeating: "a/", count: 20_000) + "a",
        String(repeating: "-", count: 50_000) + "1", "//*" + String(repeating: "[//*", count: 60),
        "//*[count(//*[count(//*[count(//*[count(//*)>0])>0])>0])>0]",
        "'" + String(repeating: "x", count: 100_000),
    ])
    func `A monstrous XPath is an error, in bounded time`(expression: String) throws {
        let quoted = expression.replacing(">", with: "&gt;").replacing("'", with: "&apos;")
        let transform =
            "<c xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'>"
            + "<b xdt:Transform='Remove' xdt:Locator='XPath(/c/\(quoted))'/></c>"
        let source = "<c>" + String(repeating: "<b><d/></b>", count: 200) + "</c>"
        let outcome = try DocumentTransform(parsing: Array(transform.utf8), file: "t").apply(
            to: Array(source.utf8), file: "s")
        #expect(outcome.diagnostics.map(\.severity) == [.error])
        #expect(outcome.output == Array(source.utf8))
    }
}
