import Diagnostics
import SystemPackage
import Testing

@testable import Projects

struct ProjectFileTests {
    private static let web =
        "<Import Project=\"$(MSBuildExtensionsPath32)\\Microsoft\\VisualStudio\\v16.0\\Python Tools\\"
        + "Microsoft.PythonTools.Web.targets\" />"

    private func site(_ files: [String: String] = [:], _ elements: String...) throws -> SiteFolder {
        let folder = try SiteFolder(files)
        try folder.write("p.pyproj", SiteFolder.project(elements.joined(separator: "\n"), Self.web))
        return folder
    }

    struct Row: CustomTestStringConvertible {
        let item: String
        let published: [String]
        let excluded: [String]
        var testDescription: String { item }

        init(_ item: String, _ published: [String] = [], excluded: [String] = []) {
            self.item = item
            self.published = published
            self.excluded = excluded
        }
    }

    static let rows: [Row] = [
        Row("<Compile Include='a.py'/>", ["a.py"]), Row("<compile Include='a.py'/>", ["a.py"]),
        Row(
            "<Compile Include='a.py'><Publish>False</Publish></Compile>",
            excluded: ["a.py: its 'Publish' is False"]),
        Row(
            "<Compile Include='a.py'><Publish> FALSE </Publish></Compile>",
            excluded: ["a.py: its 'Publish' is False"]),
        Row("<Compile Include='a.py'><Publish>no</Publish></Compile>", ["a.py"]),
        Row("<Content Include='d\\b.txt'/>", ["d/b.txt"]),
        Row("<Content Include='d\\b.txt' Publish='false'/>", excluded: ["d/b.txt: its 'Publish' is False"]),
        Row("<None Include='a.py'/>", excluded: ["a.py: item type None"]),
        Row("<None Include='a.py'><Publish>true</Publish></None>", ["a.py"]),
        Row(
            "<None Include='d\\b.txt'><CopyToOutputDirectory>Always</CopyToOutputDirectory></None>",
            ["bin/d/b.txt"]),
        Row(
            "<None Include='a.py'><CopyToOutputDirectory>PreserveNewest</CopyToOutputDirectory><Link>l.py</Link></None>",
            ["bin/l.py"]),
        Row(
            "<None Include='a.py'><CopyToOutputDirectory>Never</CopyToOutputDirectory></None>",
            excluded: ["a.py: item type None"]),
        Row("<EmbeddedResource Include='a.py'/>", excluded: ["a.py: item type EmbeddedResource"]),
        Row("<Custom Include='a.py' Publish='True'/>", ["a.py"]), Row("<Folder Include='d\\'/>"),
        Row("<None Include='gone.txt'/>", excluded: ["gone.txt: item type None"]),
        Row(
            "<Interpreter Include='env\\'><Publish>True</Publish></Interpreter><InterpreterReference Include='Global|PythonCore|3.9'/>"
        ),
        Row(
            "<Reference Include='System'/><ProjectReference Include='..\\x.csproj'/><WebPiReference Include='y'/>"
        ),
        Row("<Content Include='a.py'><Link>lib\\z.py</Link></Content>", ["lib/z.py"]),
        Row("<Compile Include='..\\shared\\s.py'><Link>s.py</Link></Compile>", ["s.py"]),
        Row("<Compile Include='$(MSBuildProjectDirectory)\\a.py'/>", ["a.py"]),
        Row("<Compile Include='d\\..\\.\\a.py'/>", ["a.py"]),
        Row("<Content Include='web.config'/>", ["web.config"]),
        Row("<Compile Include='ptvsd\\__init__.py'/>", ["ptvsd/__init__.py"]),
        Row(
            "<Content Include='web.debug.config'/>",
            excluded: ["web.debug.config: transform of web.config, applied instead of published"]),
        Row(
            "<Content Include='d\\Web.Release.Config'/>",
            excluded: ["d/Web.Release.Config: transform of web.config, applied instead of published"]),
        Row(
            "<Content Include='p.pyproj;p.pyproj.user' />",
            excluded: ["p.pyproj: project file", "p.pyproj.user: project file"]),
        Row("<Content Include='x.pubxml' Publish='True'/>", excluded: ["x.pubxml: publish profile"]),
        Row(
            "<Content Include='x.PublishSettings'/>",
            excluded: ["x.PublishSettings: publish profile with a password"]),
        Row("<Content Include='bin\\publish\\a.py'/>", excluded: ["bin/publish/a.py: output of this tool"]),
        Row("<Content Include='web%3bx.txt'/>", ["web;x.txt"]),
        Row("<Content Include='d\\**\\*.txt'/>", ["d/b.txt", "d/e/c.txt"]),
        Row(
            "<Content Include='**\\b.txt'><Link>flat\\%(Filename)%(Extension)</Link></Content>",
            ["flat/b.txt"]),
    ]

    @Test(arguments: rows) func `Type and metadata decide what is published`(_ row: Row) throws {
        let folder = try SiteFolder([
            "p/a.py": "", "p/d/b.txt": "", "p/d/e/c.txt": "", "shared/s.py": "", "p/web;x.txt": "",
            "p/ptvsd/__init__.py": "", "p/bin/publish/a.py": "", "p/d/Web.Release.Config": "",
        ])
        if row.item.contains("web.config") { try folder.write("p/web.config", "") }
        try folder.write("p/p.pyproj", SiteFolder.project("<ItemGroup>\(row.item)</ItemGroup>", Self.web))
        let reading = try folder.read("p")
        #expect(reading.paths == row.published)
        #expect(reading.exclusions == row.excluded)
    }

    @Test func `All files of the project, or of its folder, can be asked for`() throws {
        let folder = try site(
            ["a.py": "", "n.md": "", "off.py": "", "loose.txt": "", ".gitignore": "*.tmp", "x.tmp": ""],
            "<ItemGroup><Compile Include='a.py'/><None Include='n.md'/><Compile Include='off.py' Publish='False'/></ItemGroup>"
        )
        #expect(try folder.read().paths == ["a.py"])
        #expect(try folder.read { $0.selection = .allInProject }.paths == ["a.py", "n.md"])
        #expect(
            try folder.read { $0.selection = .allInFolder }.paths == ["a.py", "loose.txt", "n.md", "off.py"])
    }

    @Test func `A web config that is no item is published with a note`() throws {
        let note =
            "p.pyproj: note: 'Web.config' is not published by the project; it is part of the site all the same"
            + " (add it to the project as 'Content')"
        let files = ["a.py": "", "Web.config": "", "static/web.config": ""]
        let item = "<Compile Include='a.py'/>"
        let loose = try site(files, "<ItemGroup>\(item)</ItemGroup>").read()
        #expect(loose.paths == ["Web.config", "a.py"])
        #expect(loose.messages == [note])
        let none = try site(files, "<ItemGroup>\(item)<None Include='web.config'/></ItemGroup>").read()
        #expect(none.paths == ["Web.config", "a.py"])
        let refused = try site(
            files, "<ItemGroup>\(item)<Content Include='Web.config' Publish='false'/></ItemGroup>"
        ).read()
        #expect(refused.paths == ["a.py"])
        #expect(refused.messages == [])
    }

    static let startups: [(String, String?, String?)] = [
        ("app.py", "app.py", "app"), ("App.PY", "App.PY", "App"), ("pkg\\main.py", "pkg/main.py", "pkg.main"),
        ("pkg\\sub\\x.pyw", "pkg/sub/x.pyw", "pkg.sub.x"), ("loose\\in\\y.py", "loose/in/y.py", "in.y"),
        (" app.py ", "app.py", "app"), ("$(MSBuildProjectDirectory)\\app.py", "app.py", "app"),
        ("", nil, nil),
        ("no.py", "no.py", "no"), ("..\\out.py", nil, nil),
    ]

    @Test(arguments: startups)
    func `The startup module is the file behind its packages`(
        _ written: String, _ file: String?, _ module: String?
    ) throws {
        let files = [
            "app.py": "", "pkg/__init__.py": "", "pkg/main.py": "", "pkg/sub/__init__.pyi": "",
            "pkg/sub/x.pyw": "",
            "loose/in/__init__.py": "", "loose/in/y.py": "", "__init__.py": "",
        ]
        let folder = try site(
            files, "<PropertyGroup><StartupFile>\(written)</StartupFile></PropertyGroup>",
            "<ItemGroup><Compile Include='**\\*.py*' Exclude='*.pyproj'/></ItemGroup>")
        let project = try folder.read().project
        #expect(project.startupFile?.description == file)
        #expect(project.startupModule == module)
    }

    @Test func `Settings are read as Visual Studio reads them`() throws {
        let folder = try site(
            [
                "src/app.py": "", "src/lib/x.py": "",
                "p.pyproj.user": SiteFolder.project(
                    "<PropertyGroup><StartupFile>app.py</StartupFile></PropertyGroup>"),
            ],
            "<PropertyGroup><Name>Shop</Name><ProjectHome> src </ProjectHome><StartupFile>old.py</StartupFile>",
            "<WorkingDirectory>.</WorkingDirectory><SearchPath>\n lib\\;..\\other; .;LIB2;lib</SearchPath>",
            "<PythonWsgiHandler>{StartupModule}.make()</PythonWsgiHandler><StaticUriPattern>^/static/.*$</StaticUriPattern>",
            "<WsgiLogPath> </WsgiLogPath><deployedsiteroot>D:\\x</deployedsiteroot><PreBuildEvent>make</PreBuildEvent></PropertyGroup>",
            "<ItemGroup><Compile Include='app.py;lib\\x.py'/></ItemGroup>",
            "<Target Name='BeforeBuild'><Exec Command='x'/></Target><Target Name='AfterBuild'></Target>")
        let reading = try folder.read("p.pyproj") {
            $0.environment = ["NAME": "machine", "StartupFile": "env.py"]
        }
        let project = reading.project
        #expect(project.name == "Shop")
        #expect(project.home == folder.path.appending("src"))
        #expect(project.startupFile?.description == "app.py")
        #expect(project.declaredWSGIHandler == "app.make()")
        #expect(project.wsgiHandler == "app.make()")
        #expect(project.searchPaths.map(\.description) == ["lib", "LIB2"])
        #expect(project.ignoredProperties.map(\.name) == ["DeployedSiteRoot", "StaticUriPattern"])
        #expect(project.ignoredProperties.first?.location.description == "p.pyproj:6:30")
        #expect(project.configuration == "Debug")
        #expect(
            reading.messages == [
                "p.pyproj:8:2: note: the target 'BeforeBuild' is not executed (run its commands before you publish)",
                "p.pyproj:6:71: note: the commands in 'PreBuildEvent' are not executed (run them before you publish)",
                "p.pyproj:3:40: warning: '..\\other' in 'SearchPath' lies outside the site (what the site imports from"
                    + " there must be part of the project)",
            ])
    }

    @Test func `The configuration decides conditions, and files cannot override it`() throws {
        let folder = try site(
            ["d.py": "", "r.py": ""], "<PropertyGroup><Configuration>Release</Configuration></PropertyGroup>",
            "<ItemGroup><Compile Include='d.py' Condition=\"'$(Configuration)' == 'debug'\"/></ItemGroup>",
            "<ItemGroup Condition=\"'$(Configuration)|$(Platform)' == 'Release|x'\"><Compile Include='r.py'/></ItemGroup>"
        )
        #expect(try folder.read().paths == ["d.py"])
        let release = try folder.read { options in
            options.configuration = "Release"
            options.properties = ["Platform": "x", "configuration": "ignored"]
        }
        #expect(release.paths == ["r.py"])
    }

    @Test func `Old and bare forms are read`() throws {
        let bare = try SiteFolder([
            "a.py": "",
            "p.pyproj":
                "\u{FEFF}<Project>\r\n<ItemGroup>\r\n<Compile Include='a.py' />\r\n</ItemGroup></Project>",
        ])
        let reading = try bare.read()
        #expect(reading.paths == ["a.py"])
        #expect(
            reading.messages == [
                "p.pyproj: note: the project is not marked as a web project; it is published all the same"
            ])
        let beta = try SiteFolder([
            "a.py": "",
            "p.pyproj":
                "<Project ToolsVersion='4.0'><PropertyGroup><StartupFile>a.py</StartupFile></PropertyGroup><ItemGroup>"
                + "<Compile Include='a.py'/></ItemGroup><Import Project='$(VSToolsPath)\\Python Tools\\Microsoft.PythonTools.Flask.targets'/></Project>",
        ])
        let project = try beta.read().project
        #expect(project.framework == .flask)
        #expect(project.wsgiHandler == "a.wsgi_app")
        #expect(project.declaredWSGIHandler == nil)
    }
}
