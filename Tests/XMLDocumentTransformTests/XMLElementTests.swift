import Diagnostics
import Testing

@testable import XMLDocumentTransform

struct XMLElementTests {
    private func parse(_ text: String) throws -> XMLElement {
        try XMLElement(parsing: Array(text.utf8), file: "f.xml")
    }

    @Test func `Elements, attributes and namespaces are read`() throws {
        let root = try parse(
            "<?xml version='1.0'?>\r\n<a:r xmlns:a='urn:a' xmlns='urn:d'>\r\n  <b a:x='1' y='&lt;é'/>t<![CDATA[<]]></a:r>"
        )
        #expect(root.name == "a:r")
        #expect(root.localName == "r")
        #expect(root.namespace == "urn:a")
        #expect(root.attributes.isEmpty)
        #expect(root.text == "\n  t<")
        let child = try #require(root.elements.first)
        #expect(child.namespace == "urn:d")
        #expect(child["y"] == "<é")
        #expect(child.attributes.map(\.namespace) == ["urn:a", nil])
        #expect(child.location == .init(file: "f.xml", line: 3, column: 4))
        #expect(child.attributes[1].location == .init(file: "f.xml", line: 3, column: 14))
    }

    @Test func `Columns count UTF-16 units`() throws {
        let root = try parse("<r a='😀é' b=''/>")
        #expect(root.attributes[1].location.column == 12)
    }

    @Test func `A malformed document fails with one place`() throws {
        #expect {
            try parse("<a>\n <b></a>")
        } throws: { error in
            let diagnostics = (error as? Failure)?.diagnostics ?? []
            return diagnostics.count == 1
                && diagnostics[0].location == .init(file: "f.xml", line: 2, column: 7)
        }
    }
}
