import Diagnostics
import SystemPackage
import Testing

@testable import Projects

/// What users read when a project cannot be published.
struct ProjectFailureTests {
    struct Row: CustomTestStringConvertible {
        let name: String
        let files: [String: String]
        let expected: [String]
        var testDescription: String { name }

        init(_ name: String, _ project: String, files: [String: String] = [:], _ expected: String...) {
            self.name = name
            self.files = files.merging(["p/p.pyproj": project]) { $1 }
            self.expected = expected
        }
    }

    private static func items(_ items: String...) -> String {
        SiteFolder.project("<ItemGroup>\n\(items.joined(separator: "\n"))\n</ItemGroup>")
    }

    private static func properties(_ text: String) -> String {
        SiteFolder.project("<PropertyGroup>\(text)</PropertyGroup>")
    }

    private static let missing = "(restore the file, or remove the item from the project)"

    static let rows: [Row] = [
        Row(
            "missing items",
            items("<Compile Include='a.py'/>", "<Content Include='x\\b.txt;c.txt'/>", "<None Include='d'/>"),
            "p/p.pyproj:3:10: error: 'a.py' does not exist \(missing)",
            "p/p.pyproj:4:10: error: 'x\\b.txt' does not exist \(missing)",
            "p/p.pyproj:4:10: error: 'c.txt' does not exist \(missing)",
            "p/p.pyproj: note: the project is not marked as a web project; it is published all the same"),
        Row(
            "an item on another machine", items("<Compile Include='C:\\x\\a.py'/>"),
            "p/p.pyproj:3:10: error: 'C:\\x\\a.py' does not exist \(missing)"),
        Row(
            "a folder as an item", items("<Content Include='d\\'/>"), files: ["p/d/x": ""],
            "p/p.pyproj:3:10: error: 'd\\' is a folder (list its files, or write 'd\\**')"),
        Row(
            "an item outside", items("<Compile Include='..\\s.py'/>"), files: ["s.py": ""],
            "p/p.pyproj:3:10: error: '..\\s.py' lies outside the project and would leave the site "
                + "(give the item a 'Link' with its place in the site)"),
        Row(
            "links that leave",
            items(
                "<Compile Include='a.py'><Link>..\\a.py</Link></Compile>",
                "<Content Include='a.py' Link='/a'/>", "<Content Include='a.py' Link='C:\\a'/>"),
            files: ["p/a.py": ""],
            "p/p.pyproj:3:10: error: the link '..\\a.py' of 'a.py' leads out of the site (correct its 'Link')",
            "p/p.pyproj:4:10: error: the link '/a' of 'a.py' leads out of the site (correct its 'Link')",
            "p/p.pyproj:5:10: error: the link 'C:\\a' of 'a.py' leads out of the site (correct its 'Link')"),
        Row(
            "a collision",
            items("<Compile Include='a.py'/>", "<Content Include='..\\s\\a.py'><Link>a.py</Link></Content>"),
            files: ["p/a.py": "", "s/a.py": ""],
            "p/p.pyproj:4:10: error: '..\\s\\a.py' and 'a.py' (p/p.pyproj:3:10) both go to 'a.py' "
                + "(give one of them another 'Link', or remove it)"),
        Row(
            "no home", properties("<ProjectHome>nowhere</ProjectHome>"),
            "p/p.pyproj:2:17: error: there is no folder 'nowhere', the project's home (correct 'ProjectHome')"
        ),
        Row(
            "a reserved property", properties("<MSBuildProjectName>x</MSBuildProjectName>"),
            "p/p.pyproj:2:17: error: 'MSBuildProjectName' is defined by MSBuild and cannot be set (remove it, or give it another name)"
        ),
        Row(
            "a malformed condition", properties("<A Condition=\"'a' = 'b'\"/>"),
            "p/p.pyproj:2:19: error: the condition \"'a' = 'b'\" cannot be read: expected '==' instead of '=' at character 5"
        ),
        Row(
            "a condition without a value", properties("<A Condition=\"'$(B)' &gt; 1\"/>"),
            "p/p.pyproj:2:19: error: the condition \"'$(B)' > 1\" compares '' by '>', which works for numbers and versions only"
        ),
        Row(
            "an unknown element", SiteFolder.project("<ItemGrup/>"),
            "p/p.pyproj:2:2: error: 'ItemGrup' is no element of an MSBuild project"),
        Row(
            "a stray element", SiteFolder.project("<Choose><Item/></Choose>"),
            "p/p.pyproj:2:10: error: 'Item' cannot stand in 'Choose'"),
        Row(
            "a branch without a condition", SiteFolder.project("<Choose><When/></Choose>"),
            "p/p.pyproj:2:10: error: 'When' has no 'Condition' (add one, or use 'Otherwise')"),
        Row(
            "an item without operation", items("<Compile/>"),
            "p/p.pyproj:3:2: error: 'Compile' has no 'Include', 'Remove' or 'Update'"),
        Row(
            "two operations", items("<I Include='a' Remove='b'/>"),
            "p/p.pyproj:3:2: error: 'I' may have one of 'Include', 'Remove' and 'Update', and 'Exclude' only with 'Include'"
        ),
        Row(
            "another root", "<projects/>",
            "p/p.pyproj:1:2: error: 'projects' is not the 'Project' element of an MSBuild file "
                + "(name a Visual Studio Python project (.pyproj) or a folder with Python code)"),
        Row(
            "a foreign namespace", "<Project xmlns='urn:x'/>",
            "p/p.pyproj:1:2: error: 'Project' is not the 'Project' element of an MSBuild file "
                + "(name a Visual Studio Python project (.pyproj) or a folder with Python code)"),
        Row(
            "a missing import", SiteFolder.project("<Import Project='x.targets'/>"),
            "p/p.pyproj:2:9: error: the imported file 'x.targets' does not exist (restore it, or add Condition=\"Exists('x.targets')\")"
        ),
    ]

    @Test(arguments: rows) func `A project that cannot be published says why and where`(_ row: Row) throws {
        let messages = try SiteFolder(row.files).failure("p").filter {
            !$0.contains("not marked as a web project")
        }
        #expect(messages == row.expected.filter { !$0.contains("not marked as a web project") })
    }

    static let malformed: [(String, Int)] = [
        ("", 1), ("<Project>", 1), ("<Project>\n<A></B>\n</Project>", 2), ("no xml", 1),
        ("<Project>\n\n&undefined;</Project>", 3), ("<Project a='1' a='2'/>", 1),
        ("<Project>\n<A>\u{1}</A></Project>", 2),
    ]

    @Test(arguments: malformed) func `Malformed XML is one error at its line`(_ text: String, _ line: Int)
        throws
    {
        let messages = try SiteFolder(["p.pyproj": text]).failure()
        #expect(messages.count == 1)
        #expect(messages.first?.hasPrefix("p.pyproj:\(line):") == true, "\(messages)")
    }

    @Test func `Warnings do not stop a project`() throws {
        let folder = try SiteFolder([
            "a.py": "", "B.py": "", "s/b.py": "",
            "p.pyproj": SiteFolder.project(
                "<PropertyGroup><StartupFile>gone.py</StartupFile><PythonWsgiHandler>{StartupModule}.x</PythonWsgiHandler></PropertyGroup>",
                "<ItemGroup><Compile Include='a.py'/>\n<Compile Include='.\\a.py'/>\n<Compile Include='b.py'/>",
                "<Compile Include='s\\b.py' Link='b.py'/></ItemGroup>",
                "<Import Project='$(VSToolsPath)\\Microsoft.PythonTools.Web.targets'/>"),
        ])
        let reading = try folder.read()
        #expect(reading.paths == ["B.py", "a.py", "b.py"])
        #expect(
            reading.messages == [
                "p.pyproj:5:10: warning: 'b.py' is called 'B.py' on disk (a server that tells upper from lower case may not"
                    + " find it; give both the same name)",
                "p.pyproj:4:10: warning: '.\\a.py' is listed twice (p.pyproj:3:21) (remove one)",
                "p.pyproj:6:10: warning: 'b.py' and 'B.py' differ in case only (on Windows only one of them survives)",
                "p.pyproj:2:17: warning: the startup file 'gone.py' does not exist (correct 'StartupFile', or choose with"
                    + " '--startup FILE')",
            ])
        let unset = try SiteFolder([
            "p.pyproj": SiteFolder.project(
                "<PropertyGroup><PythonWsgiHandler>{StartupModule}.x</PythonWsgiHandler></PropertyGroup>")
        ]).read()
        #expect(
            unset.messages == [
                "p.pyproj: warning: no item of the project is published (add its files as 'Compile' or 'Content')",
                "p.pyproj:2:17: warning: '{StartupModule}.x' needs a startup file and the project names none "
                    + "(set 'StartupFile', or choose with '--startup FILE')",
                "p.pyproj: note: the project is not marked as a web project; it is published all the same",
            ])
    }

    static let locations: [([String: String], String, String)] = [
        (
            [:], "nowhere",
            "nowhere: error: there is no project 'nowhere' (name a .pyproj file or a folder with Python code)"
        ),
        (
            ["x.csproj": ""], "x.csproj",
            "x.csproj: error: 'x.csproj' is a project in another language (name a Visual Studio Python project (.pyproj))"
        ),
        (["x.sln": ""], "x.sln", "x.sln: error: 'x.sln' is a solution (name one of its .pyproj files)"),
        (
            ["x.py": ""], "x.py",
            "x.py: error: 'x.py' is a Python file (name its folder, and the file with '--startup')"
        ),
        (
            ["x.pubxml": ""], "x.pubxml",
            "x.pubxml: error: 'x.pubxml' is a publish profile (name it with '--profile')"
        ),
        (
            ["x.txt": ""], "x.txt",
            "x.txt: error: 'x.txt' is not a Python project (name a .pyproj file or a folder with Python code)"
        ),
        (
            ["a.pyproj": "", "B.PYPROJ": ""], ".",
            ".: error: '.' holds 2 projects: 'B.PYPROJ', 'a.pyproj' (name one of them)"
        ),
        (
            ["d/readme.md": ""], "d",
            "d: error: 'd' holds no .pyproj and no Python code (name the folder of your site)"
        ),
        (
            ["d/a.py": "", "d/.gitignore": "*.py"], "d",
            "d: error: 'd' holds no .pyproj and no Python code ('a.py' is left out: ignored by .gitignore:1)"
        ),
        (
            ["app.py": "", "static/x.css": ""], "static",
            "static: error: 'static' holds no .pyproj and no Python code (name the folder of your site)"
        ),
    ]

    @Test(arguments: locations)
    func `What is no Python project is told apart`(
        _ files: [String: String], _ argument: String, _ expected: String
    ) throws {
        #expect(try SiteFolder(files).failure(argument) == [expected])
    }

    @Test func `A chosen startup file must exist`() throws {
        let expected =
            "error: the startup file 'no.py' does not exist in the project (name it relative to the project's folder)"
        for files in [["a.py": ""], ["a.py": "", "p.pyproj": Self.items("<Compile Include='a.py'/>")]] {
            #expect(try SiteFolder(files).failure(".") { $0.startupFile = "no.py" } == [expected])
        }
    }
}
