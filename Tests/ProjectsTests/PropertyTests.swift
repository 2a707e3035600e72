import Diagnostics
import Testing

@testable import Projects

struct PropertyTests {
    private func value(
        of name: String, in elements: String..., properties: [String: String] = [:],
        environment: [String: String] = [:], files: [String: String] = [:]
    ) throws -> String {
        let folder = try SiteFolder(files)
        let group = "<PropertyGroup>\(elements.joined())</PropertyGroup>"
        try folder.write("main.proj", SiteFolder.project(group))
        let evaluation = try folder.evaluate(properties: properties, environment: environment)
        return folder.masked(evaluation.properties[name])
    }

    @Test func `Properties are set in order and see those before them`() throws {
        let folder = try SiteFolder()
        try folder.write(
            "main.proj",
            SiteFolder.project(
                "<PropertyGroup><A>1</A><B>$(A)$(Later)</B><a>2</a></PropertyGroup>",
                "<PropertyGroup Condition=\"'$(A)' == '2'\"><C>$(a)$(B)</C><Later>x</Later></PropertyGroup>",
                "<PropertyGroup Condition=\"'$(A)' == '1'\"><C>no</C></PropertyGroup>",
                "<PropertyGroup><D Condition=\"'$(D)' == ''\">d</D><D Condition=\"'$(D)' == ''\">e</D></PropertyGroup>"
            ))
        let properties = try folder.evaluate().properties
        #expect(properties["A"] == "2")
        #expect(properties["b"] == "1")
        #expect(properties["C"] == "21")
        #expect(properties["D"] == "d")
        #expect(properties["Missing"] == "")
    }

    @Test func `Global properties win over files, files over well-known ones, those over the environment`()
        throws
    {
        #expect(try value(of: "P", in: "<p>file</p>", properties: ["P": "global"]) == "global")
        #expect(try value(of: "P", in: "<P>file</P>", environment: ["p": "environment"]) == "file")
        #expect(try value(of: "P", in: "", environment: ["p": "environment;$(x)"]) == "environment;$(x)")
        #expect(try value(of: "VisualStudioVersion", in: "") == "17.0")
        #expect(
            try value(of: "VisualStudioVersion", in: "", environment: ["VisualStudioVersion": "14.0"])
                == "14.0")
        #expect(
            try value(of: "MSBuildProjectName", in: "", environment: ["MSBUILDPROJECTNAME": "x"]) == "main")
        #expect(
            try value(
                of: "VisualStudioVersion",
                in:
                    "<VisualStudioVersion Condition=\"'$(VisualStudioVersion)' == ''\">10.0</VisualStudioVersion>"
            )
                == "17.0")
    }

    static let wellKnown: [(String, String)] = [
        ("$(MSBuildProjectName)", "main"), ("$(MSBuildProjectFile)", "main.proj"),
        ("$(MSBuildProjectExtension)", ".proj"), ("$(MSBuildProjectFullPath)", "<root>/main.proj"),
        ("$(MSBuildProjectDirectory)", "<root>"), ("$(MSBuildThisFile)", "main.proj"),
        ("$(MSBuildThisFileDirectory)", "<root>/"), ("$(MSBuildThisFileName)", "main"),
        ("$(MSBuildThisFileExtension)", ".proj"), ("$(msbuildthisfilefullpath)", "<root>/main.proj"),
        ("$(MSBuildExtensionsPath32)", #"C:\Program Files (x86)\MSBuild"#), ("$(OS)", "Unix"),
        ("$(MSBuildToolsVersion)", "Current"),
    ]

    @Test(arguments: wellKnown) func `Well-known properties have values`(_ text: String, _ expected: String)
        throws
    {
        #expect(try value(of: "P", in: "<P>\(text)</P>") == expected)
    }

    static let texts: [(String, String)] = [
        ("<P>a &amp; b</P>", "a & b"), ("<P><![CDATA[<x>]]></P>", "<x>"), ("<P>a<!-- no -->b</P>", "ab"),
        ("<P>\n  \t</P>", ""), ("<P/>", ""), ("<P> x </P>", " x "), ("<P>a%3bb</P>", "a;b"),
        ("<P>%253f</P>", "%3f"),
        ("<P>$(Never)x$( Q )</P>", "x"), ("<Q>q</Q><P>$( Q )</P>", "q"), ("<P>$(</P>", "$("),
        ("<P>$(a</P>", "$(a"),
        ("<P>5$ (x)</P>", "5$ (x)"), ("<P>%(Filename)</P>", "%(Filename)"),
        ("<P>$(Registry:HKEY_LOCAL_MACHINE\\X@Y)</P>", ""), ("<Q>%24(R)</Q><P>$(Q)</P>", "$(R)"),
    ]

    @Test(arguments: texts) func `The text of a property is what stands in it`(
        _ xml: String, _ expected: String
    ) throws {
        #expect(try value(of: "P", in: xml) == expected)
    }

    static let functions: [(String, String)] = [
        ("$(T.Replace('b', 'x'))", "axc"), ("$(T.ToUpper())", "ABC"), ("$(T.Length)", "3"),
        ("$(T.Substring(1))", "bc"),
        ("$(T.Substring(1, 1))", "b"), ("$(T.StartsWith('a'))", "True"), ("$(T.EndsWith(`a`))", "False"),
        ("$(T.Contains(\"b\"))", "True"), ("$(T.IndexOf('c'))", "2"), ("$(T.IndexOf('z'))", "-1"),
        ("$(T.Replace('a', '$(T)').Replace('b', ''))", "acc"), ("$(T.Trim('a'))", "bc"),
        ("$(L.Split(','))", "x;y"), ("$(L.Split(',')[1])", "y"), ("$(T.PadLeft(5, '0'))", "00abc"),
        ("$([MSBuild]::EnsureTrailingSlash('a'))", "a/"), ("$([MSBuild]::Add(1, 2))", "3"),
        ("$([MSBuild]::Escape('a;b'))", "a;b"), ("$([MSBuild]::Unescape('a%253bb'))", "a;b"),
        ("$([MSBuild]::ValueOrDefault('$(None)', 'd'))", "d"),
        ("$([MSBuild]::VersionLessThan('9.0', '10.0'))", "True"),
        ("$([MSBuild]::GetDirectoryNameOfFileAbove($(MSBuildThisFileDirectory), 'marker.txt'))", "<root>"),
        ("$([MSBuild]::GetPathOfFileAbove('marker.txt'))", "<root>/marker.txt"),
        ("$([MSBuild]::GetPathOfFileAbove('no-such-file.txt', '$(MSBuildThisFileDirectory)'))", ""),
        ("$([MSBuild]::NormalizePath('a', '..', 'b'))", "<root>/b"),
        ("$([MSBuild]::IsOSPlatform('Windows'))", "False"),
        ("$([System.IO.Path]::Combine('a', 'b.txt'))", "a/b.txt"),
        ("$([System.IO.Path]::GetFileName('x\\y.z'))", "y.z"),
        ("$([System.IO.Path]::GetFileNameWithoutExtension('x/y.z'))", "y"),
        ("$([System.IO.Path]::GetDirectoryName('x\\y\\z'))", "x\\y"),
        ("$([System.IO.Path]::GetExtension('a.b'))", ".b"),
        ("$([System.IO.File]::Exists('marker.txt'))", "True"),
        ("$([System.IO.File]::Exists('none'))", "False"),
        ("$([System.IO.Directory]::Exists('.'))", "True"), ("$([System.String]::IsNullOrEmpty(''))", "True"),
        ("$([System.String]::Copy('x y').Replace(' ', ''))", "xy"),
        ("$([system.string]::concat('a', \"b\"))", "ab"),
        ("$([System.Environment]::GetEnvironmentVariable('HOME_OF'))", "/h"),
        ("$([MSBuild]::GetRegistryValue('a', 'b'))", ""),
    ]

    @Test(arguments: functions)
    func `Common property functions are evaluated`(_ text: String, _ expected: String) throws {
        let result = try value(
            of: "P", in: "<T>abc</T><L>x,y</L><P>\(text)</P>", environment: ["HOME_OF": "/h"],
            files: ["marker.txt": ""])
        #expect(result == expected)
    }

    static let unknown = [
        "$([System.DateTime]::Now)", "$(T.Foo())", "$([MSBuild]::Nothing(1))", "$(T.Substring(9))", "$(T.)",
        "$([x)",
        "$(a b)", "$([System.IO.File]::ReadAllText('/etc/passwd'))", "$(T.Split(',')[7])", "$(.)", "$()",
    ]

    @Test(arguments: unknown)
    func `A function that cannot be evaluated is a warning and counts as empty`(_ text: String) throws {
        let folder = try SiteFolder([
            "main.proj": SiteFolder.project("<PropertyGroup><T>abc</T><P>[\(text)]</P></PropertyGroup>")
        ])
        let evaluation = try folder.evaluate()
        #expect(evaluation.properties["P"] == "[]")
        #expect(
            evaluation.diagnostics.all.map { "\($0)" } == [
                "main.proj:2:27: warning: '\(text)' cannot be evaluated here; it counts as empty "
                    + "(give the property its value as text)"
            ])
    }

    @Test func `Choose takes the first branch that holds`() throws {
        let folder = try SiteFolder()
        func choose(_ value: String) throws -> String {
            try folder.write(
                "main.proj",
                SiteFolder.project(
                    "<PropertyGroup><V>\(value)</V></PropertyGroup><Choose>",
                    "<When Condition=\"'$(V)' == '1'\"><PropertyGroup><R>one</R></PropertyGroup></When>",
                    "<!-- between --><When Condition=\"'$(V)' &gt; '1'\"><Choose><When Condition=\"'$(V)' == '2'\">",
                    "<PropertyGroup><R>two</R></PropertyGroup><ItemGroup><I Include=\"i\"/></ItemGroup></When>",
                    "<Otherwise><PropertyGroup><R>many</R></PropertyGroup></Otherwise></Choose></When>",
                    "<Otherwise><PropertyGroup><R>none</R></PropertyGroup></Otherwise></Choose>"))
            let evaluation = try folder.evaluate()
            return evaluation.properties["R"] + "\(evaluation.items.all.count)"
        }
        #expect(try choose("1") == "one0")
        #expect(try choose("2") == "two1")
        #expect(try choose("3") == "many0")
        #expect(try choose("0") == "none0")
    }

    @Test func `A property that doubles itself is an error, not a full memory`() throws {
        let doubling = String(repeating: "<P>$(P)$(P)</P>", count: 60)
        let folder = try SiteFolder([
            "main.proj": SiteFolder.project("<PropertyGroup><P>x</P>\(doubling)</PropertyGroup>")
        ])
        #expect(throws: Failure.self) { try folder.evaluate() }
    }

    @Test func `References that are never closed cost no square of their length`() throws {
        let open = String(repeating: "$(a.b('", count: 40_000)
        let text = try value(of: "P", in: "<P>\(open)</P>")
        #expect(text == open)
        let nested =
            String(repeating: "$([MSBuild]::Escape(", count: 500) + "x" + String(repeating: "))", count: 500)
        #expect(try value(of: "P", in: "<P>\(nested)</P>") == "")
    }
}
