import Diagnostics
import Testing

@testable import Editors

struct JSONCParserTests {
    static let documents: [(String, JSONValue)] = [
        ("{}", [:]), ("[]", []), (" [ 1 , -2 ] ", [1, -2]), ("\u{FEFF}{\"a\": true}", ["a": true]),
        ("{\"a\": [false,],}", ["a": [false]]), ("/**/[/* ] */1// ]\n,2]//", [1, 2]), ("[1e3]", [1000]),
        (#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"]"#, ["\"\\/\u{8}\u{C}\n\r\té😀"]),
        (#"["\ud83d", "\udE00x", "\ud83d\u0041"]"#, ["\u{FFFD}", "\u{FFFD}x", "\u{FFFD}A"]),
        ("\"//\"", "//"), ("{\"a\": 1, \"a\": 2}", ["a": 2]),
        ("[\"\t\"]".replacing("\t", with: "é\u{2028}"), ["é\u{2028}"]),
    ]

    @Test(arguments: documents)
    func `Comments, trailing commas and every escape are read`(_ document: (text: String, says: JSONValue))
        throws
    {
        let parsed = try JSONCDocument(Array(document.text.utf8), file: "a.json")
        #expect(parsed.node(at: [])?.says(document.says) == true)
    }

    @Test(arguments: ["", " \r\n", "\u{FEFF}", "// nothing", "/* nothing */ // more\n"])
    func `A file may hold nothing`(_ text: String) throws {
        #expect(try JSONCDocument(Array(text.utf8), file: "a.json").node(at: []) == nil)
    }

    static let broken: [(String, Int, Int, String)] = [
        ("{", 1, 2, "the end of the file stands where a name in quotes is expected"),
        ("{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3, "'\"' stands where ',' or '}' is expected"),
        ("{\r\n\t\"a\" 1}", 2, 6, "'1' stands where ':' behind \"a\" is expected"),
        ("[1 2]", 1, 4, "'2' stands where ',' or ']' is expected"),
        ("[,]", 1, 2, "',' stands where a value is expected"),
        ("{'a': 1}", 1, 2, "''' stands where a name in quotes is expected"),
        ("// 😀\n[yes]", 2, 2, "'yes' stands where a value is expected"),
        ("/* 😀 */ x", 1, 10, "'x' stands where a value is expected"),
        ("{} {}", 1, 4, "'{' follows the end of the value"),
        ("[\"a\n\"]", 1, 2, "a string has no closing quote on its line"),
        ("\"a", 1, 1, "a string has no closing quote"),
        ("[\"\\x\"]", 1, 3, "'\\' begins no escape that JSON knows"),
        ("[\"\\u12g4\"]", 1, 3, "'\\' begins no escape that JSON knows"),
        ("[01]", 1, 2, "a number begins with '0'"),
        ("[1.]", 1, 2, "a number ends in '.'"), ("[1e]", 1, 2, "a number has no exponent"),
        ("[-]", 1, 2, "'-' begins no number"),
        ("[1 /* ]", 1, 4, "a comment that begins with '/*' has no end"),
        ("[1 / ]", 1, 4, "'/' begins neither a comment nor a value"),
        ("\u{FEFF}x", 1, 1, "'x' stands where a value is expected"),
        ("[\"\u{1}\"]", 1, 3, "a control character stands in a string"),
        ("<configuration/>", 1, 1, "'<' stands where a value is expected"),
        ("[\0]", 1, 2, "a control character stands where a value is expected"),
        (String(repeating: "[", count: 1000), 1, 201, "values are nested more than 200 deep"),
    ]

    @Test(arguments: broken)
    func `What is no JSON with comments is refused at its place`(
        _ document: (text: String, line: Int, column: Int, message: String)
    ) throws {
        let failure = #expect(throws: Failure.self) {
            try JSONCDocument(Array(document.text.utf8), file: "a.json")
        }
        #expect(failure?.reason == .badInput)
        #expect(failure?.diagnostics.map(\.message) == [document.message])
        #expect(
            failure?.diagnostics.first?.location
                == .init(file: "a.json", line: document.line, column: document.column))
    }

    @Test func `Bytes that are no UTF-8 are refused at their place`() throws {
        let bytes = Array("{\n  \"é\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
        let failure = #expect(throws: Failure.self) { try JSONCDocument(bytes, file: "a.json") }
        #expect(failure?.diagnostics.first?.location == .init(file: "a.json", line: 2, column: 9))
    }
}
