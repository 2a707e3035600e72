import Testing

@testable import Projects

struct TextRuleTests {
    static let escapes: [(String, String)] = [
        ("", ""), ("plain", "plain"), ("%3f", "?"), ("%3F", "?"), ("%253f", "%3f"), ("%25", "%"),
        ("100%", "100%"),
        ("%4", "%4"), ("%zz", "%zz"), ("%%20", "% "), ("a%20b", "a b"), ("%E9", "é"), ("ü%3bü", "ü;ü"),
        ("%00", "\0"),
    ]

    @Test(arguments: escapes) func `Escapes are resolved once`(_ text: String, _ expected: String) {
        #expect(MSBuildEscapes.unescaped(text) == expected)
    }

    @Test func `Escaping and unescaping come back to the same text`() {
        for text in ["a;b", "$(x)", "@(y)", "%41", "100%", "a*b?c", "it's", "ü", "%25"] {
            let escaped = MSBuildEscapes.escaped(text)
            #expect(MSBuildEscapes.unescaped(escaped) == text)
            #expect(!escaped.contains { ";$@*?'()".contains($0) })
        }
    }

    static let lists: [(String, [String])] = [
        ("", []), (" ", []), ("a", ["a"]), ("a;b", ["a", "b"]), (" a ;; b ;", ["a", "b"]),
        ("a\n;\r\nb", ["a", "b"]),
        ("a%3bb;c", ["a%3bb", "c"]), ("@(A->'%(B);c');d", ["@(A->'%(B);c')", "d"]),
        ("$(A.Replace(';', ','));b", ["$(A.Replace(';', ','))", "b"]), ("$(A;b", ["$(A", "b"]), (";;;", []),
    ]

    @Test(arguments: lists) func `A list splits at its semicolons`(_ text: String, _ expected: [String]) {
        #expect(MSBuildText.fragments(of: text) == expected)
    }

    static let booleans: [(String, Bool?, Bool?)] = [
        ("true", true, true), ("TRUE", true, true), (" False ", nil, false), ("on", true, nil),
        ("!no", true, nil),
        ("0", nil, nil), ("", nil, nil), ("Yes", true, nil), ("\tTrue\n", nil, true), ("truee", nil, nil),
    ]

    @Test(arguments: booleans)
    func `MSBuild and .NET spell truth differently`(_ text: String, _ msbuild: Bool?, _ dotNet: Bool?) {
        #expect(Boolean.msbuild(text) == msbuild)
        #expect(Boolean.dotNet(text) == dotNet)
    }

    static let paths: [(String, [String], Bool)] = [
        ("a\\b/c", ["a", "b", "c"], false), (".\\a\\.\\b\\", ["a", "b"], false), ("a\\..\\b", ["b"], false),
        ("..\\a", ["..", "a"], false), ("a/../../b", ["..", "b"], false), ("/a", ["a"], true),
        ("\\a", ["a"], true),
        ("C:\\a", ["C:", "a"], true), ("", [], false), (".", [], false), ("a//b", ["a", "b"], false),
    ]

    @Test(arguments: paths)
    func `Paths come apart at separators of both kinds`(_ text: String, _ parts: [String], _ isAbsolute: Bool)
    {
        #expect(PathText.components(text) == parts)
        #expect(PathText.isAbsolute(text) == isAbsolute)
    }
}
