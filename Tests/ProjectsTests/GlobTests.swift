import SystemPackage
import Testing

@testable import Projects

struct GlobTests {
    static let rows: [(String, String, Bool)] = [
        ("*.py", "a.py", true), ("*.py", "a.PY", true), ("*.PY", "a.py", true), ("*.py", "x/a.py", false),
        ("*.py", "a.pyc", false), ("?.py", "a.py", true), ("?.py", "ab.py", false), ("?.py", "ü.py", true),
        ("*.*", "Makefile", true), ("*", ".hidden", true), ("a*", "a", true), ("*a*b*", "xaxbx", true),
        ("**", "a/b/c", true), ("**", "a", true), ("**\\*.py", "a.py", true),
        ("**\\*.py", "x\\y\\a.py", true),
        ("x\\**\\*.py", "x/a.py", true), ("x\\**\\*.py", "a.py", false),
        ("x/**/y/*.py", "x/1/2/y/a.py", true),
        ("x/**/y/*.py", "x/y/a.py", true), ("x/**/y/*.py", "x/y/z/a.py", false), ("**/**/a", "a", true),
        ("x\\**", "x/1/2", true), ("x\\**", "x", true), ("x\\**", "y/1", false), ("a%2ab*", "a*bc", true),
        ("a%2ab*", "axbc", false), ("a%3f*", "a?", true), ("..\\s\\*.py", "../s/a.py", true),
        ("**\\test_*.py", "app/test_x.py", true), ("app/*", "app/static/x", false), ("*/x", "a/x", true),
        ("a.b", "A.B", true), (".\\*.py", "a.py", true), ("*.t?t", "a.txt", true), ("*ab", "aab", true),
    ]

    @Test(arguments: rows)
    func `A pattern matches whole paths`(_ pattern: String, _ path: String, _ expected: Bool) {
        #expect(Glob(escaped: pattern).matches(path) == expected)
    }

    @Test func `A hostile pattern costs no exponential time`() {
        let stars = Glob(escaped: String(repeating: "a*", count: 40) + "b")
        #expect(!stars.matches(String(repeating: "a", count: 5000)))
        let folders = Glob(escaped: String(repeating: "**/a/", count: 40) + "b")
        #expect(!folders.matches(String(repeating: "a/", count: 500) + "c"))
    }

    @Test func `Files are found folder by folder, with what the double star matched`() throws {
        let folder = try SiteFolder([
            "a.py": "", "App/b.py": "", "App/inner/c.py": "", "App/inner/c.txt": "", "z/App/d.py": "",
        ])
        let index = FolderIndex()
        func find(_ pattern: String) -> [String] {
            index.files(matching: Glob(escaped: pattern), from: folder.path.string).map {
                "\($0.path)|\($0.recursiveFolder)"
            }
        }
        #expect(find("*.py") == ["a.py|"])
        #expect(
            find("**\\*.py") == ["a.py|", "App/b.py|App/", "App/inner/c.py|App/inner/", "z/App/d.py|z/App/"])
        #expect(find("app\\*.py") == ["App/b.py|"])
        #expect(find("app\\**") == ["App/b.py|", "App/inner/c.py|inner/", "App/inner/c.txt|inner/"])
        #expect(find("**\\app\\*.py") == ["App/b.py|App/", "z/App/d.py|z/App/"])
        #expect(find("z\\..\\*.py") == ["a.py|"])
        #expect(find("nowhere\\**\\*.py") == [])
        #expect(find("\(folder.path)/App/*.py") == ["\(folder.path)/App/b.py|"])
        #expect(find("..\\\(PathText.name(folder.path.string))\\*.py").count == 1)
    }

    @Test func `The double star does not follow links in circles`() throws {
        let folder = try SiteFolder(["a/b.py": ""])
        try folder.link("a/loop", to: "..")
        let found = FolderIndex().files(matching: Glob(escaped: "**/*.py"), from: folder.path.string)
        #expect(found.map(\.path) == ["a/b.py"])
    }
}
