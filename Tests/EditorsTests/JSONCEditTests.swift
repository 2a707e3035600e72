import Testing

@testable import Editors

struct JSONCEditTests {
    private func document(_ text: String) throws -> JSONCDocument {
        try JSONCDocument(Array(text.utf8), file: "a.json")
    }

    private func text(_ document: JSONCDocument) -> String {
        String(decoding: document.bytes, as: UTF8.self)
    }

    static let elements: [(before: String, after: String)] = [
        ("{\"a\": []}", "{\"a\": [\n    {\n        \"n\": 1\n    }\n]}"),
        ("{\n  \"a\": []\n}", "{\n  \"a\": [\n    {\n      \"n\": 1\n    }\n  ]\n}"),
        (
            "{\r\n\t\"a\": [\r\n\t\t{\"m\": 2}\r\n\t]\r\n}",
            "{\r\n\t\"a\": [\r\n\t\t{\"m\": 2},\r\n\t\t{\r\n\t\t\t\"n\": 1\r\n\t\t}\r\n\t]\r\n}"
        ),
        (
            "{\n  \"a\": [\n    {}, // one\n    /* two */\n    // {}\n  ],\n}",
            "{\n  \"a\": [\n    {}, // one\n    /* two */\n    // {}\n    {\n      \"n\": 1\n    },\n  ],\n}"
        ),
        (
            "{\n  \"a\": [\n    {} // one\n  ]\n}",
            "{\n  \"a\": [\n    {}, // one\n    {\n      \"n\": 1\n    }\n  ]\n}"
        ),
        (
            "{\n  \"a\": [ // none yet\n  ]\n}",
            "{\n  \"a\": [ // none yet\n    {\n      \"n\": 1\n    }\n  ]\n}"
        ),
        ("{\"a\":[{}]}", "{\"a\":[{},\n    {\n        \"n\": 1\n    }\n]}"),
        ("{\"a\":[ /* none */ ]}", "{\"a\":[ /* none */\n    {\n        \"n\": 1\n    }\n ]}"),
    ]

    @Test(arguments: elements)
    func `An element is added behind all that is there, as its neighbours are written`(
        _ example: (before: String, after: String)
    ) throws {
        var document = try document(example.before)
        try document.addElement(["n": 1], toArrayAt: [.member("a")])
        #expect(text(document) == example.after)
    }

    @Test func `A member of an object on one line stays on it`() throws {
        var document = try document("{ \"connect\": { \"host\": \"h\" } }")
        try document.merge(["host": "127.0.0.1", "port": 5678], at: [.member("connect")])
        #expect(text(document) == "{ \"connect\": { \"host\": \"127.0.0.1\", \"port\": 5678 } }")
    }

    @Test func `What says the same already is not written anew`() throws {
        let before = "{\"b\": 5678.0, /* c */ \"a\": [\"\\u0061\", {\"y\": 1, \"x\": true}]}"
        var document = try document(before)
        try document.merge(["a": ["a", ["x": true, "y": 1]], "b": 5678], at: [])
        #expect(text(document) == before)
    }

    @Test func `Of two members of one name the one that counts is changed`() throws {
        var document = try document("{\"a\": 1, \"a\": 2}")
        try document.merge(["a": 3], at: [])
        #expect(text(document) == "{\"a\": 1, \"a\": 3}")
    }

    @Test func `A value of another kind is replaced whole`() throws {
        var document = try document("{\n  \"a\": \"$python\", // matcher\n  \"b\": null\n}")
        try document.merge(["a": ["owner": "x"], "b": [1, 2]], at: [])
        #expect(text(document) == "{\n  \"a\": {\n    \"owner\": \"x\"\n  }, // matcher\n  \"b\": [1, 2]\n}")
    }

    @Test func `Text is quoted so that it can be read again`() throws {
        let odd = "a\"b\\c\u{1}\u{7F}\n\t/é😀"
        var document = try document("[]")
        try document.addElement(.string(odd), toArrayAt: [])
        #expect(document.node(at: [.element(0)])?.text == odd)
    }
}
