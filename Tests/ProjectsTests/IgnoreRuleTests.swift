import Testing

@testable import Projects

struct IgnoreRuleTests {
    /// A rule, a path (with a trailing `/` for a folder) and whether it matches; facts from gitignore(5).
    static let rows: [(String, String, Bool)] = [
        ("a", "a", true), ("a", "x/a", true), ("a", "a/", true), ("a", "ab", false), ("a/", "a", false),
        ("a/", "x/a/", true),
        ("/a", "a", true), ("/a", "x/a", false), ("x/a", "x/a", true), ("x/a", "y/x/a", false),
        ("*.py", "x/b.py", true),
        ("*", "x/y", true), ("a/*", "a/b", true), ("a/*", "a/b/c", false), ("a/**", "a/b/c", true),
        ("a/**", "a/", false),
        ("**/a", "a", true), ("**/a", "x/y/a", true), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true),
        ("a/**/b", "ab", false), ("?", "a", true), ("?", "ab", false), ("a?b", "a/b", false),
        ("a?b/c", "a/b/c", false),
        ("[ab]", "b", true), ("[!ab]", "b", false), ("[^ab]", "c", true), ("[a-c]", "b", true),
        ("[]]", "]", true),
        ("[a-]", "-", true), ("[[:digit:]]", "7", true), ("[[:upper:]]", "a", false), ("[a", "[a", false),
        ("\\[a", "[a", true),
        ("\\#a", "#a", true), ("\\!a", "!a", true), ("a\\ ", "a ", true), ("a ", "a", true),
        ("a\\", "a\\", false), ("a\t", "a", false),
        ("**", "x/y", true), ("***", "x", true), ("a**b", "axyb", true), ("foo**/bar", "foox/y/bar", true),
        ("\\*", "*", true),
        ("é*", "éa", true), ("A", "a", false), ("/", "a", false), ("a//", "a/", false), (" a", " a", true),
        ("[[:nope:]]", "n", false),
        ("x[/]y", "x/y", false), ("*/b", "a/b", true), ("*/b", "x/a/b", false), ("[\\]]", "]", true),
        ("[c-a]", "b", false),
    ]

    @Test(arguments: rows) func `A rule matches what git matches`(
        _ text: String, _ path: String, _ expected: Bool
    ) throws {
        let rule = try #require(IgnoreRule(text.utf8, line: 1))
        let isFolder = path.hasSuffix("/")
        let bytes = Array((isFolder ? String(path.dropLast()) : path).utf8)[...]
        let name = bytes.split(separator: UInt8(ascii: "/")).last ?? []
        #expect(rule.matches(bytes, name: name, isFolder: isFolder) == expected)
    }

    @Test(arguments: ["", "# comment", "   ", "#"]) func `Blank lines and comments are no rules`(
        _ text: String
    ) {
        #expect(IgnoreRule(text.utf8, line: 1) == nil)
    }

    @Test func `A hostile pattern costs no exponential time`() throws {
        let rule = try #require(IgnoreRule((String(repeating: "*a", count: 60) + "b").utf8, line: 1))
        let bytes = Array(String(repeating: "a", count: 250).utf8)[...]
        #expect(!rule.matches(bytes, name: bytes, isFolder: false))
    }
}
