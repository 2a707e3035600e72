import Diagnostics
import SystemPackage
import Testing

@testable import Projects

struct ProfileProtectionTests {
    private func read(
        _ settings: String, _ items: String, project: String = "<Project/>"
    ) throws -> (profile: PublishProfile, messages: [String]) {
        let folder = try SiteFolder([
            "p/p.pyproj": project,
            "p/__profiles/x.pubxml":
                "<Project><PropertyGroup>\(settings)</PropertyGroup>\(items)</Project>",
        ])
        var diagnostics = DiagnosticList()
        let location = try ProjectLocator.locate("p", currentFolder: folder.path)
        let options = ProjectReader.Options(configuration: "Release", currentFolder: folder.path)
        let profile = try PublishProfile.read("x", of: location, options: options, diagnostics: &diagnostics)
        return (profile, diagnostics.all.map { "\($0.severity) \($0.id)" })
    }

    private static func rule(_ object: String, _ path: String, _ action: String = "Delete") -> String {
        "<MsDeploySkipRules Include='r'><SkipAction>\(action)</SkipAction><ObjectName>\(object)</ObjectName>"
            + "<AbsolutePath>\(path)</AbsolutePath></MsDeploySkipRules>"
    }

    private static let site = [
        "App_Data/users.db", "app.py", "media/App_Data/x", "uploads/a/b.jpg", "uploads/c.jpg", "web.config",
    ]

    struct Row: CustomTestStringConvertible {
        let settings: String
        let items: String
        let stays: [String]
        var sent: [String] = site
        var testDescription: String { settings + items }
    }

    private static let deletes =
        "<WebPublishMethod>FileSystem</WebPublishMethod><publishUrl>C:\\site\\www</publishUrl>"
        + "<DeleteExistingFiles>True</DeleteExistingFiles>"

    static let rows = [
        Row(settings: deletes, items: "", stays: []),
        Row(
            settings: deletes + "<ExcludeApp_Data>True</ExcludeApp_Data>", items: "",
            stays: ["App_Data/users.db"], sent: site.filter { $0 != "App_Data/users.db" }),
        Row(
            settings: deletes, items: "<ItemGroup>\(rule("dirPath", #"\\UPLOADS$"#))</ItemGroup>",
            stays: ["uploads/a/b.jpg", "uploads/c.jpg"]),
        Row(
            settings: deletes, items: "<ItemGroup>\(rule("dirPath", #".*\\App_Data\\.*$"#))</ItemGroup>",
            stays: ["App_Data/users.db", "media/App_Data/x"]),
        Row(
            settings: deletes, items: "<ItemGroup>\(rule("filePath", #"uploads\\[^\\]+\.jpg$"#))</ItemGroup>",
            stays: ["uploads/c.jpg"]),
        Row(
            settings: deletes, items: "<ItemGroup>\(rule("", #"www\\uploads\\a"#))</ItemGroup>",
            stays: ["uploads/a/b.jpg"]),
        Row(
            settings: deletes,
            items: "<ItemGroup>\(rule("dirPath", #"^C:\\site\\www\\uploads$"#))</ItemGroup>",
            stays: ["uploads/a/b.jpg", "uploads/c.jpg"]),
        Row(
            settings: deletes, items: "<ItemGroup>\(rule("filePath", #"\\web\.config$"#, ""))</ItemGroup>",
            stays: ["web.config"], sent: site.filter { $0 != "web.config" }),
        Row(
            settings: deletes,
            items:
                "<Target Name='AddRules'><Message Text='x'/><ItemGroup>\(rule("dirPath", #"\\uploads$"#))<Other/></ItemGroup></Target>",
            stays: ["uploads/a/b.jpg", "uploads/c.jpg"]),
        Row(
            settings: deletes,
            items:
                "<Target Name='AddRules' Condition='false'><ItemGroup>\(rule("dirPath", #"\\uploads$"#))</ItemGroup></Target>",
            stays: []),
        Row(
            settings: deletes, items: "<ItemGroup>\(rule("setAcl", "uploads"))</ItemGroup>", stays: []),
    ]

    @Test(arguments: rows) func `What a profile protects stays at its target`(_ row: Row) throws {
        let (profile, messages) = try read(row.settings, row.items)
        #expect(profile.deletesExtraFiles)
        #expect(!messages.contains { $0.contains("skip") })
        let isProtected = profile.protection.test()
        #expect(Self.site.filter { isProtected($0, false) } == row.stays)
        let files = try Self.site.map { Project.File(source: "/", destination: try SitePath($0)) }
        #expect(profile.select(files).files.map(\.destination.description) == row.sent)
    }

    @Test func `A folder that a rule means is protected itself`() throws {
        let (profile, _) = try read(
            Self.deletes, "<ItemGroup>\(Self.rule("dirPath", #"\\uploads$"#))</ItemGroup>")
        let isProtected = profile.protection.test()
        #expect(isProtected("uploads", true) && isProtected("a/uploads/b", true))
        #expect(!isProtected("uploads", false) && !isProtected("a", true))
    }

    @Test(arguments: [
        "<MsDeploySkipRules Include='r'><ObjectName>dirPath</ObjectName></MsDeploySkipRules>",
        "<MsDeploySkipRules Include='r'><XPath>//x</XPath><AbsolutePath>a</AbsolutePath></MsDeploySkipRules>",
        rule("dirPath", "(uploads"), rule("contentPath", "uploads"),
    ])
    func `Nothing is deleted where nobody can tell what a rule protects`(_ rule: String) throws {
        let (profile, messages) = try read(Self.deletes, "<ItemGroup>\(rule)</ItemGroup>")
        #expect(!profile.deletesExtraFiles)
        #expect(messages == ["warning profile-skip-rule"])
        #expect(try read("", "<ItemGroup>\(rule)</ItemGroup>").messages == ["note profile-skip-rule"])
    }

    @Test func `A rule with a whole path needs the folder of the site`() throws {
        let items = "<ItemGroup>\(Self.rule("dirPath", #"^D:\\www\\uploads$"#))</ItemGroup>"
        let settings =
            "<WebPublishMethod>FTP</WebPublishMethod><publishUrl>h</publishUrl><DeleteExistingFiles>True</DeleteExistingFiles>"
        #expect(try !read(settings, items).profile.deletesExtraFiles)
        let known = try read(
            settings + "<RemoteSitePhysicalPath>D:\\www</RemoteSitePhysicalPath>", items
        ).profile
        #expect(known.deletesExtraFiles && known.protection.test()("uploads/x", false))
    }

    @Test func `Files that a rule keeps from being updated are not sent, with a warning`() throws {
        let (profile, messages) = try read(
            Self.deletes, "<ItemGroup>\(Self.rule("filePath", #"users\.db$"#, "Update"))</ItemGroup>")
        #expect(messages == ["warning profile-skip-action"])
        let files = try Self.site.map { Project.File(source: "/", destination: try SitePath($0)) }
        let excluded = profile.select(files).excluded
        #expect(excluded.map(\.source) == ["App_Data/users.db"])
        #expect(excluded.map(\.reason) == ["skip rule of profile x: r"])
        #expect(profile.protection.test()("App_Data/users.db", false))
    }

    @Test func `The rules of the project hold for its profiles`() throws {
        let project =
            "<Project><ItemGroup><Compile Include='gone.py'/>\(Self.rule("dirPath", #"\\uploads$"#))</ItemGroup></Project>"
        let (profile, _) = try read(Self.deletes, "", project: project)
        #expect(profile.protection.test()("uploads/c.jpg", false))
    }
}
