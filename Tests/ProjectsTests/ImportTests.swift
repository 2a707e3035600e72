import Diagnostics
import SystemPackage
import Testing

@testable import Projects

struct ImportTests {
    private static let tools =
        #"$(MSBuildExtensionsPath32)\Microsoft\VisualStudio\v$(VisualStudioVersion)\Python Tools\"#

    private func evaluate(_ files: [String: String], _ elements: String...) throws -> (
        ProjectEvaluation, [String]
    ) {
        let folder = try SiteFolder(files)
        try folder.write("main.proj", SiteFolder.project(elements.joined(separator: "\n")))
        let evaluation = try folder.evaluate()
        return (evaluation, evaluation.diagnostics.all.map { folder.masked("\($0)") })
    }

    private func failure(_ files: [String: String], _ elements: String...) -> [String] {
        do {
            let folder = try SiteFolder(files)
            try folder.write("main.proj", SiteFolder.project(elements.joined(separator: "\n")))
            do { _ = try folder.evaluate() } catch let failure as Failure {
                return failure.diagnostics.map { folder.masked("\($0)") }
            }
        } catch { return ["\(error)"] }
        return []
    }

    @Test func `An import is read where it stands, from its own folder`() throws {
        let (evaluation, messages) = try evaluate(
            [
                "build/a.props": SiteFolder.project(
                    "<PropertyGroup><A>$(MSBuildThisFileName)$(MSBuildThisFileDirectory.Length)</A></PropertyGroup>",
                    "<Import Project='deep\\b.props' Condition=\"Exists('deep\\b.props')\"/>",
                    "<PropertyGroup Condition=\"Exists('build')\"><C>$(MSBuildThisFile)</C></PropertyGroup>",
                    "<ItemGroup><I Include='x$(Last)'><F>$(MSBuildThisFile)</F></I></ItemGroup>"),
                "build/deep/b.props": SiteFolder.project("<PropertyGroup><B>b$(Before)</B></PropertyGroup>"),
            ],
            "<PropertyGroup><Before>1</Before></PropertyGroup><Import Project='build\\a.props'/>",
            "<PropertyGroup><D>$(MSBuildThisFile)</D><Last>!</Last></PropertyGroup>")
        #expect(evaluation.properties["A"].hasPrefix("a"))
        #expect(evaluation.properties["B"] == "b1")
        #expect(evaluation.properties["C"] == "a.props")
        #expect(evaluation.properties["D"] == "main.proj")
        #expect(evaluation.items.all.map(\.include) == ["x!"])
        #expect(evaluation.items.all.first?["F"] == "a.props")
        #expect(evaluation.items.all.first?.location.description == "build/a.props:5:15")
        #expect(messages == [])
    }

    @Test func `Imports take patterns, lists, groups and conditions`() throws {
        let set = { (name: String) in SiteFolder.project("<PropertyGroup><P>$(P)\(name)</P></PropertyGroup>")
        }
        let (evaluation, messages) = try evaluate(
            [
                "p/b.props": set("b"), "p/a.props": set("a"), "c.props": set("c"), "d.props": set("d"),
                "e.props": set("e"),
            ],
            "<Import Project='p\\*.props'/><Import Project='none\\*.props'/>",
            "<ImportGroup Condition='true'><Import Project='c.props;d.props'/></ImportGroup>",
            "<ImportGroup Condition='false'><Import Project='missing.props'/></ImportGroup>",
            "<Import Project='missing.props' Condition=\"Exists('missing.props')\"/>",
            "<Import Project='E.props'/><Import Project='c.props'/>")
        #expect(evaluation.properties["P"] == "abcde")
        #expect(
            messages == [
                "main.proj:6:9: warning: 'E.props' is called 'e.props' on disk (a server that tells upper from lower"
                    + " case may not find it; give both the same name)",
                "main.proj:6:36: warning: 'c.props' was imported before; it is read once",
            ])
    }

    static let known = [
        tools + "Microsoft.PythonTools.targets", tools + "Microsoft.PythonTools.Web.targets",
        #"$(VSToolsPath)\Python Tools\Microsoft.PythonTools.Django.targets"#, "$(PtvsTargetsFile)",
        #"$(MSBuildToolsPath)\Microsoft.Common.targets"#, "Microsoft.Common.targets",
        #"..\x\microsoft.common.props"#,
        #"C:\Program Files (x86)\MSBuild\anything.targets"#, #"vendored\Microsoft.PythonTools.Web.targets"#,
        #"$(MSBuildExtensionsPath)\$(MSBuildToolsVersion)\Microsoft.Common.props"#,
        "$(MSBUILDEXTENSIONSPATH64)\\x.targets",
    ]

    @Test(arguments: known) func `Files of Visual Studio are passed over`(_ path: String) throws {
        let (evaluation, messages) = try evaluate([:], "<Import Project=\"\(path)\"/>")
        #expect(evaluation.skippedImports.count == 1)
        #expect(messages == [])
    }

    @Test func `An unquoted Exists around the old targets file does not matter`() throws {
        let (evaluation, _) = try evaluate(
            [:],
            "<PropertyGroup><PtvsTargetsFile>$(VSToolsPath)\\Python Tools\\Microsoft.PythonTools.Web.targets",
            "</PtvsTargetsFile></PropertyGroup>",
            "<Import Condition=\"Exists($(PtvsTargetsFile))\" Project=\"$(PtvsTargetsFile)\"/>",
            "<Import Condition=\"!Exists($(PtvsTargetsFile))\" Project=\"$(MSBuildToolsPath)\\Microsoft.Common.targets\"/>",
            "<Import Condition=\"'$(Never)' == 'x'\" Project=\"$(VSToolsPath)\\Microsoft.PythonTools.Django.targets\"/>"
        )
        #expect(
            evaluation.skippedImports.map { MSBuildText.trimmed(PathText.name($0)) } == [
                "Microsoft.PythonTools.Web.targets", "Microsoft.Common.targets",
            ])
    }

    @Test func `Imports and elements of an SDK are passed over`() throws {
        let (_, messages) = try evaluate([:], "<Sdk Name='x'/><Import Sdk='x' Project='Sdk.props'/>")
        #expect(messages == [])
    }

    @Test func `The user's file is read at the import of the targets and overrides what came before`() throws
    {
        let user = SiteFolder.project(
            "<PropertyGroup><A>user</A><B Condition=\"'$(B)' == ''\">user</B><C>user</C></PropertyGroup>")
        let (evaluation, messages) = try evaluate(
            ["Main.proj.USER": user],
            "<Import Project=\"$(MSBuildExtensionsPath)\\Microsoft.Common.props\"/>",
            "<PropertyGroup><A>project</A><B>project</B></PropertyGroup>",
            "<Import Project=\"\(Self.tools)Microsoft.PythonTools.targets\"/>",
            "<PropertyGroup><C>project</C></PropertyGroup>",
            "<Import Project=\"\(Self.tools)Microsoft.PythonTools.Web.targets\"/>")
        #expect(evaluation.properties["A"] == "user")
        #expect(evaluation.properties["B"] == "project")
        #expect(evaluation.properties["C"] == "project")
        #expect(messages == [])
        let (without, _) = try evaluate(
            ["main.proj.user": user], "<PropertyGroup><A>project</A></PropertyGroup>")
        #expect(without.properties["A"] == "project")
    }

    static let failures: [([String: String], String, String)] = [
        (
            [:], "<Import Project='no.props'/>",
            "main.proj:2:9: error: the imported file 'no.props' does not exist "
                + "(restore it, or add Condition=\"Exists('no.props')\")"
        ),
        ([:], "<Import/>", "main.proj:2:2: error: 'Import' has no 'Project'"),
        (
            [:], "<ImportGroup><PropertyGroup/></ImportGroup>",
            "main.proj:2:15: error: 'PropertyGroup' cannot stand in 'ImportGroup'"
        ),
        (
            [:], "<Import Project='main.proj'/>",
            "main.proj:2:9: error: 'main.proj' imports itself in a circle"
        ),
        (
            [
                "a/x.props": "<Project>\n<Import Project='..\\b.props'/></Project>",
                "b.props": "<Project><Import Project='a\\x.props'/></Project>",
            ],
            "<Import Project='a\\x.props'/>", "b.props:1:18: error: 'a\\x.props' imports itself in a circle"
        ),
        (
            ["a.props": "<Project><X></Project>"], "<Import Project='a.props'/>",
            "a.props:1:15: error: the end tag does not fit"
        ),
        (
            ["a.props": "<Other/>"], "<Import Project='a.props'/>",
            "a.props:1:2: error: 'Other' is not the 'Project' element"
        ),
        (["d/": ""], "<Import Project='d'/>", "ROOT/d: error: 'ROOT/d' is a folder, not a file"),
    ]

    @Test(arguments: failures)
    func `An import that cannot be read is an error at its place`(
        _ files: [String: String], _ element: String, _ expected: String
    ) {
        let messages = failure(files, element)
        #expect(messages.count == 1)
        #expect(
            messages.first?.hasPrefix(expected.replacing("ROOT", with: "<root>").prefix(60)) == true,
            "\(messages)")
    }

    @Test func `Imports have a greatest depth`() throws {
        var files: [String: String] = [:]
        for number in 0..<70 {
            files["\(number).props"] = "<Project><Import Project='\(number + 1).props'/></Project>"
        }
        #expect(
            failure(files, "<Import Project='0.props'/>") == [
                "62.props:1:18: error: imports are nested more than 64 files deep"
            ])
    }
}
