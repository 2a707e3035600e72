import Diagnostics
import SystemPackage
import Testing

@testable import Projects

struct PublishProfileTests {
    private static func profile(_ properties: String, _ items: String = "") -> String {
        "<Project ToolsVersion='4.0' xmlns='http://schemas.microsoft.com/developer/msbuild/2003'><PropertyGroup>"
            + properties + "</PropertyGroup>\(items)</Project>"
    }

    private func read(_ name: String, in folder: SiteFolder) throws -> (
        profile: PublishProfile, messages: [String]
    ) {
        var diagnostics = DiagnosticList()
        let location = try ProjectLocator.locate("p", currentFolder: folder.path)
        let options = ProjectReader.Options(configuration: "Release", currentFolder: folder.path)
        let profile = try PublishProfile.read(name, of: location, options: options, diagnostics: &diagnostics)
        return (profile, diagnostics.all.map { folder.masked("\($0)") })
    }

    @Test func `A folder profile of Visual Studio is read`() throws {
        let folder = try SiteFolder([
            "p/p.pyproj": "<Project/>",
            "p/Properties/PublishProfiles/Folder.pubxml": Self.profile(
                "<WebPublishMethod>FileSystem</WebPublishMethod><PublishProvider>FileSystem</PublishProvider>"
                    + "<LastUsedBuildConfiguration>Debug</LastUsedBuildConfiguration><publishUrl> C:\\inetpub\\$(MSBuildProjectName) </publishUrl>"
                    + "<DeleteExistingFiles>True</DeleteExistingFiles><ExcludeApp_Data>False</ExcludeApp_Data>"
                    + "<SiteUrlToLaunchAfterPublish>http://localhost</SiteUrlToLaunchAfterPublish>"),
        ])
        let (profile, messages) = try read("folder", in: folder)
        #expect(profile.name == "Folder")
        #expect(profile.method == .fileSystem)
        #expect(profile.publishURL == "C:\\inetpub\\p")
        #expect(profile.configuration == "Debug")
        #expect(profile.siteURL == "http://localhost")
        #expect(profile.deletesExistingFiles)
        #expect(profile.transformsWebConfig && profile.appliesProfileTransform && profile.usesPassiveFTP)
        #expect(profile.selection == .neededToRun)
        #expect(
            profile.exclusions
                == .init(files: [], folders: [], extensions: [".tt", ".settings"], appData: false))
        #expect(messages == [])
    }

    @Test func `Web Deploy, FTP, zip and package profiles keep their keys`() throws {
        let folder = try SiteFolder([
            "p/p.pyproj": "<Project/>",
            "p/__profiles/deploy.pubxml": Self.profile(
                "<webpublishmethod>MSDeploy</webpublishmethod><MSDeployServiceURL>s.scm.azurewebsites.net:443</MSDeployServiceURL>"
                    + "<DeployIisAppPath>s</DeployIisAppPath><SkipExtraFilesOnServer>False</SkipExtraFilesOnServer><UserName>$s</UserName>"
                    + "<FilesToIncludeForPublish>allfilesintheproject</FilesToIncludeForPublish><Configuration>Stage</Configuration>"
            ),
            "p/App_Data/PublishProfiles/ftp.pubxml": Self.profile(
                "<WebPublishMethod>FTP</WebPublishMethod><publishUrl>ftp://h/site</publishUrl><FtpPassiveMode>False</FtpPassiveMode>"
                    + "<FtpSitePath>wwwroot</FtpSitePath><TransformWebConfigEnabled>false</TransformWebConfigEnabled>"
            ),
            "p/Properties/PublishProfiles/zip.pubxml":
                "<Project><PropertyGroup><PublishProtocol>Kudu</PublishProtocol>"
                + "<DestinationAppUrl>https://s.azurewebsites.net</DestinationAppUrl></PropertyGroup></Project>",
            "p/Properties/PublishProfiles/package.pubxml": Self.profile(
                "<WebPublishMethod>Package</WebPublishMethod><DesktopBuildPackageLocation>out\\p.zip</DesktopBuildPackageLocation>"
            ),
            "p/Properties/PublishProfiles/odd.pubxml": Self.profile(
                "<WebPublishMethod>Pigeon</WebPublishMethod>"),
            "elsewhere.pubxml": Self.profile(""),
        ])
        let deploy = try read("deploy.pubxml", in: folder).profile
        #expect(deploy.method == .webDeploy)
        #expect(deploy.userName == "$s")
        #expect(deploy.skipsExtraFilesOnServer == false)
        #expect(deploy.deployServiceURL == "s.scm.azurewebsites.net:443")
        #expect(deploy.deployIISAppPath == "s")
        #expect(deploy.selection == .allInProject)
        #expect(deploy.configuration == "Stage")
        let ftp = try read("FTP", in: folder).profile
        #expect(ftp.method == .ftp)
        #expect(!ftp.usesPassiveFTP && !ftp.transformsWebConfig)
        #expect(ftp.ftpSitePath == "wwwroot")
        let zip = try read("zip", in: folder).profile
        #expect(zip.method == .zipDeploy)
        #expect(zip.siteURL == "https://s.azurewebsites.net")
        #expect(try read("package", in: folder).profile.packageLocation == "out\\p.zip")
        #expect(try read("elsewhere.pubxml", in: folder).profile.method == nil)
        #expect(
            try read("p/__profiles/deploy.pubxml", in: folder).profile.file
                == folder.path.pushing("p/__profiles/deploy.pubxml"))
        let odd = try read("odd", in: folder).messages
        #expect(
            odd == [
                "Properties/PublishProfiles/odd.pubxml:1:105: warning: the publish method 'Pigeon' is not known "
                    + "(name the destination with '--to DEST')"
            ])
    }

    struct Row: CustomTestStringConvertible {
        let settings: String
        let items: String
        let excluded: [String]
        var testDescription: String { settings + items }

        init(_ settings: String, items: String = "", _ excluded: [String]) {
            self.settings = settings
            self.items = items
            self.excluded = excluded
        }
    }

    private static let site = [
        "App_Data/db.txt", "a.log", "a.py", "gen.tt", "logs/b.log", "logs/deep/c.log", "static/x.css",
        "user.settings",
    ]

    static let rows: [Row] = [
        Row("<WebPublishExtensionsToExclude>.none</WebPublishExtensionsToExclude>", [String]()),
        Row("", ["gen.tt", "user.settings"]),
        Row("<ExcludeApp_Data>true</ExcludeApp_Data>", ["App_Data/db.txt", "gen.tt", "user.settings"]),
        Row(
            "<WebPublishExtensionsToExclude>.LOG</WebPublishExtensionsToExclude>",
            ["a.log", "logs/b.log", "logs/deep/c.log"]),
        Row(
            "<ExcludeFilesFromDeployment>*.log;A.PY</ExcludeFilesFromDeployment>",
            ["a.log", "a.py", "gen.tt", "user.settings"]),
        Row(
            "<ExcludeFilesFromDeployment>**\\*.log</ExcludeFilesFromDeployment>",
            ["a.log", "gen.tt", "logs/b.log", "logs/deep/c.log", "user.settings"]),
        Row(
            "<ExcludeFoldersFromDeployment>logs\\deep;STATIC</ExcludeFoldersFromDeployment>",
            ["gen.tt", "logs/deep/c.log", "static/x.css", "user.settings"]),
        Row(
            "",
            items:
                "<ItemGroup><ExcludeFromPackageFiles Include='a.py'/><ExcludeFromPackageFolders Include='logs'/></ItemGroup>",
            ["a.py", "gen.tt", "logs/b.log", "logs/deep/c.log", "user.settings"]),
    ]

    @Test(arguments: rows) func `Exclusions match the path in the site`(_ row: Row) throws {
        let folder = try SiteFolder([
            "p/p.pyproj": "<Project/>", "p/__profiles/x.pubxml": Self.profile(row.settings, row.items),
        ])
        let profile = try read("x", in: folder).profile
        let files = try Self.site.map { Project.File(source: folder.path, destination: try SitePath($0)) }
        let (kept, excluded) = profile.select(files)
        #expect(excluded.map(\.source) == row.excluded)
        #expect(kept.map(\.destination.description) == Self.site.filter { !row.excluded.contains($0) })
    }

    @Test func `Each exclusion names its reason, and an unclear skip rule is noted`() throws {
        let folder = try SiteFolder([
            "p/a.py": "",
            "p/__profiles/x.pubxml": Self.profile(
                "<ExcludeApp_Data>true</ExcludeApp_Data><ExcludeFilesFromDeployment>a%2elog</ExcludeFilesFromDeployment>",
                "\n<ItemGroup><MsDeploySkipRules Include='s'><ObjectName>dirPath</ObjectName></MsDeploySkipRules></ItemGroup>"
            ),
        ])
        let (profile, messages) = try read("x", in: folder)
        let files = try Self.site.map { Project.File(source: folder.path, destination: try SitePath($0)) }
        #expect(
            profile.select(files).excluded.map(\.reason) == [
                "App_Data is excluded by profile x", "excluded by profile x: a.log",
                "extension excluded by profile x",
                "extension excluded by profile x",
            ])
        #expect(
            messages == [
                "__profiles/x.pubxml:2:31: note: it cannot be told here which files the skip rule 's' means "
                    + "(give it 'ObjectName', and 'AbsolutePath' with a regular expression)"
            ])
    }

    @Test func `A profile that is not there is an error that names those that are`() throws {
        let folder = try SiteFolder([
            "p/a.py": "", "p/Properties/PublishProfiles/one.pubxml": "<Project/>", "q/a.py": "",
        ])
        func message(_ name: String, _ place: String) -> String {
            var diagnostics = DiagnosticList()
            do {
                let location = try ProjectLocator.locate(FilePath(place), currentFolder: folder.path)
                let options = ProjectReader.Options(configuration: "Debug", currentFolder: folder.path)
                _ = try PublishProfile.read(name, of: location, options: options, diagnostics: &diagnostics)
                return ""
            } catch {
                return error.diagnostics.map { "\($0)" }.joined()
            }
        }
        #expect(message("two", "p") == "error: there is no publish profile 'two' (the project has 'one')")
        #expect(
            message("two", "q") == "error: there is no publish profile 'two' "
                + "(profiles stand in 'Properties/PublishProfiles', or name a .pubxml or .PublishSettings file by its path)"
        )
        #expect(
            message("x/two.pubxml", "p")
                == "error: there is no publish profile 'x/two.pubxml' (the project has 'one')")
    }
}
