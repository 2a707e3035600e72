import Foundation
import Testing

@testable import Tunnel

struct AttachRewriterTests {
    static let mapping = PathMapping(localRoot: "/home/me/a \"b\"", remoteRoot: #"C:\home\site\wwwroot"#)
    static let mappings = #"[{"localRoot":"/home/me/a \"b\"","remoteRoot":"C:\\home\\site\\wwwroot"}]"#

    static func message(_ body: String, head: String = "Content-Length: ") -> String {
        "\(head)\(body.utf8.count)\r\n\r\n\(body)"
    }

    static func rewritten(_ text: String, sizes: [Int] = [Int.max]) -> String {
        var rewriter = AttachRewriter(mapping: mapping)
        var rest = Array(text.utf8)[...]
        var passed: [UInt8] = []
        var index = 0
        while !rest.isEmpty {
            let size = sizes[min(index, sizes.count - 1)]
            passed += rewriter.take(rest.prefix(size))
            rest = rest.dropFirst(size)
            index += 1
        }
        return String(decoding: passed + rewriter.finish(), as: UTF8.self)
    }

    static let initialize = message(
        #"{"seq":1,"type":"request","command":"initialize","arguments":{"pathMappings":[]}}"#)
    static let later = message(#"{"seq":3,"type":"request","command":"attach","arguments":{}}"#)

    struct Example: Sendable, CustomTestStringConvertible {
        var sent: String
        var expected: String
        var testDescription: String { sent }

        init(_ sent: String, _ expected: String) {
            (self.sent, self.expected) = (sent, expected)
        }
    }

    static let changed = [
        Example(
            #"{"seq":2,"type":"request","command":"attach","arguments":{"justMyCode":true, "port":5678.0}}"#,
            #"{"seq":2,"type":"request","command":"attach","arguments":{"pathMappings":\#(mappings),"justMyCode":true, "port":5678.0}}"#
        ),
        Example(
            #"{"arguments" : { } ,"command" : "attach", "seq": 2, "type" :"request"}"#,
            #"{"arguments" : {"pathMappings":\#(mappings) } ,"command" : "attach", "seq": 2, "type" :"request"}"#
        ),
        Example(
            #"{"command":"attach","type":"request","arguments":{"a":[{"pathMappings":1}],"pathMappings": [ ] ,"z":"}"}}"#,
            #"{"command":"attach","type":"request","arguments":{"a":[{"pathMappings":1}],"pathMappings": \#(mappings) ,"z":"}"}}"#
        ),
        Example(
            #"{"command":"attach","type":"request","arguments":{"pathMappings":null}}"#,
            #"{"command":"attach","type":"request","arguments":{"pathMappings":\#(mappings)}}"#),
    ]

    @Test(arguments: changed)
    func `An attach request without path mappings gets them, and nothing else changes`(example: Example)
        throws
    {
        for head in [
            "Content-Length: ", "content-length:", "Content-Type: application/json\r\nContent-Length:  ",
        ] {
            let sent = Self.initialize + Self.message(example.sent, head: head) + Self.later
            let expected = Self.initialize + Self.message(example.expected, head: head) + Self.later
            #expect(Self.rewritten(sent) == expected)
        }
        let decoded = try JSONSerialization.jsonObject(with: Data(example.expected.utf8)) as? [String: Any]
        let arguments = try #require(decoded?["arguments"] as? [String: Any])
        #expect(
            arguments["pathMappings"] as? [[String: String]]
                == [["localRoot": "/home/me/a \"b\"", "remoteRoot": #"C:\home\site\wwwroot"#]])
    }

    static let unchanged = [
        message(
            #"{"type":"request","command":"attach","arguments":{"pathMappings":[{"localRoot":"a","remoteRoot":"b"}]}}"#
        ),
        message(#"{"type":"request","command":"attach"}"#),
        message(#"{"type":"request","command":"attach","arguments":[]}"#),
        message(#"{"type":"event","command":"attach","arguments":{}}"#),
        message(#"{"type":"request","command":"launch","arguments":{}}"#) + later,
        message("not JSON"), message(#"{"a":}"#),
        message(#"{"type":"request","command":"attach","arguments":{}"#),
        message(""), "Content-Length: 5\n\nhello", "Content-Length: -1\r\n\r\n" + later,
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\n" + later, "Content-Length: 9999999999\r\n\r\n",
        "Content-Length: 1048577\r\n\r\n" + later, "content-thing", "GET / HTTP/1.1\r\n\r\n",
        "\u{0}\u{1}\u{2}",
        String(repeating: "x", count: 5000), "Content-Type: " + String(repeating: "y", count: 3000),
        "Content-Length: 100\r\n\r\n{",
    ]

    @Test(arguments: unchanged)
    func `Everything else goes on as it came`(text: String) {
        #expect(Self.rewritten(text) == text)
        #expect(Self.rewritten(Self.initialize + text) == Self.initialize + text)
    }

    @Test(arguments: 0..<300)
    func `However the bytes are split, the same comes of them`(seed: UInt64) {
        var random = SplitMix(seed)
        let parts = Self.unchanged + Self.changed.map { Self.message($0.sent) } + [Self.initialize]
        let text = (0..<3).map { _ in parts.randomElement(using: &random)! }.joined()
        let sizes = (0..<text.utf8.count).map { _ in
            Int.random(in: 1...[1, 7, 400].randomElement(using: &random)!, using: &random)
        }
        #expect(Self.rewritten(text, sizes: sizes) == Self.rewritten(text))
    }

    @Test func `Nothing is held back that cannot be a message`() {
        for text in ["x", "hello, world", "\r\n"] {
            var rewriter = AttachRewriter(mapping: Self.mapping)
            #expect(rewriter.take(Array(text.utf8)) == Array(text.utf8))
            #expect(rewriter.isDone)
        }
    }

    @Test func `The second attach request of a connection is none of ours`() {
        let twice = Self.message(Self.changed[0].sent) + Self.later
        #expect(Self.rewritten(twice).hasSuffix(Self.later))
    }
}
