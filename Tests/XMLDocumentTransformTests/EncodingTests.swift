import Diagnostics
import Foundation
import Testing

@testable import XMLDocumentTransform

struct EncodingTests {
    /// An encoding: how a declaration names it, how Foundation stores it, and its byte order mark.
    struct Case: Sendable, CustomTestStringConvertible {
        var declared: String?
        var encoding: String.Encoding
        var mark: [UInt8]
        var isASCII = false
        var testDescription: String { "\(declared ?? "nothing") \(encoding) \(mark)" }
    }

    static let cases: [Case] = [
        .init(declared: nil, encoding: .utf8, mark: []),
        .init(declared: "utf-8", encoding: .utf8, mark: [0xEF, 0xBB, 0xBF]),
        .init(declared: nil, encoding: .utf8, mark: [0xEF, 0xBB, 0xBF]),
        .init(declared: "utf-16", encoding: .utf16LittleEndian, mark: [0xFF, 0xFE]),
        .init(declared: "utf-16", encoding: .utf16BigEndian, mark: [0xFE, 0xFF]),
        .init(declared: nil, encoding: .utf16LittleEndian, mark: [0xFF, 0xFE]),
        .init(declared: "UTF-16LE", encoding: .utf16LittleEndian, mark: []),
        .init(declared: "UTF-16BE", encoding: .utf16BigEndian, mark: []),
        .init(declared: "us-ascii", encoding: .ascii, mark: [], isASCII: true),
    ]

    private static let transform = Array(
        """
        <root xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform">
          <fresh v="é€😀" xdt:Transform="Insert">ж</fresh>
        </root>
        """.utf8)

    @Test(arguments: cases)
    func `Bytes stay as they are, and new text is written in the encoding of the document`(test: Case) throws
    {
        let transform = try DocumentTransform(parsing: Self.transform, file: "transform")
        let none = try DocumentTransform(parsing: Array("<root/>".utf8), file: "none")
        for seed in 0..<60 as Range<UInt64> {
            let declaration = test.declared.map { "<?xml version=\"1.0\" encoding=\"\($0)\"?>" } ?? ""
            let document = RandomDocument(seed: seed, isASCII: test.isASCII, declaration: declaration)
            let text = try #require(document.text.data(using: test.encoding))
            let source = test.mark + Array(text)
            #expect(try none.apply(to: source, file: "source").output == source)
            let outcome = try transform.apply(to: source, file: "source")
            #expect(outcome.output.starts(with: test.mark))
            let output = try #require(
                String(data: Data(outcome.output.dropFirst(test.mark.count)), encoding: test.encoding))
            #expect(output.hasPrefix(declaration))
            let root = try XMLElement(parsing: outcome.output, file: "output")
            #expect(root.elements.last?["v"] == "é€😀")
            #expect(root.elements.last?.text.contains("ж") == true)
        }
    }

    /// An encoding of single bytes: how a declaration names it, and what the byte 0xE9 is in it.
    @Test(arguments: [("ISO-8859-1", "é"), ("windows-1252", "é"), ("windows-1251", "й"), ("koi8-r", "И")])
    func `Single-byte encodings keep their bytes`(name: String, character: String) throws {
        let source =
            Array("<?xml version='1.0' encoding='\(name)'?>\n<root a='".utf8) + [0xE9]
            + Array("'>\n</root>\n".utf8)
        let outcome = try DocumentTransform(parsing: Self.transform, file: "t").apply(to: source, file: "s")
        let kept = source.prefix(source.count - "</root>\n".utf8.count)
        #expect(outcome.output.starts(with: kept))
        let root = try XMLElement(parsing: outcome.output, file: "output")
        #expect(root["a"] == character)
        #expect(root.elements.last?["v"] == "é€😀")
    }

    @Test func `A file whose bytes would not come back as they were is refused, and read all the same`()
        throws
    {
        // UTF-7 may write a character plainly or not: '+AGE-' is an 'a'.
        let source = Array("<?xml version='1.0' encoding='UTF-7'?>\n<root a='+AGE-'/>\n".utf8)
        #expect(try XMLElement(parsing: source, file: "s")["a"] == "a")
        let transform = try DocumentTransform(parsing: Self.transform, file: "t")
        let failure = #expect(throws: Failure.self) { try transform.apply(to: source, file: "s") }
        #expect(failure?.diagnostics.map(\.id) == ["xdt-encoding-ambiguous"])
    }

    @Test func `Bytes that are not text in the encoding are one error at their place`() {
        let cases: [([UInt8], Int, Int)] = [
            (Array("<r>\n<a b='".utf8) + [0xE9] + Array("'/></r>".utf8), 2, 7),
            ([0xFF, 0xFE, 0x3C, 0x00, 0x72, 0x00, 0x00, 0xDC], 1, 3),
            ([0xFF, 0xFE, 0x3C, 0x00, 0x72], 1, 2),
        ]
        for (bytes, line, column) in cases {
            let failure = #expect(throws: Failure.self) { try XMLElement(parsing: bytes, file: "f") }
            #expect(failure?.diagnostics.count == 1)
            #expect(failure?.diagnostics.first?.location == .init(file: "f", line: line, column: column))
        }
    }

    @Test func `An unknown encoding is an error that says what to do`() {
        let bytes = Array("<?xml version='1.0' encoding='no-such-set'?><r/>".utf8)
        let failure = #expect(throws: Failure.self) { try XMLElement(parsing: bytes, file: "f") }
        #expect(failure?.diagnostics.map(\.id) == ["xml-unknown-encoding"])
    }
}
