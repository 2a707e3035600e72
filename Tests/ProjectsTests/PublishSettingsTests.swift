import Diagnostics
import SystemPackage
import Testing

@testable import Projects

struct PublishSettingsTests {
    private static let settings = """
        <publishData>
          <publishProfile profileName="s - Web Deploy" publishMethod="MSDeploy" publishUrl="s.scm.azurewebsites.net:443"
            msdeploySite="s" userName="$s" userPWD="geheim1" destinationAppUrl="https://s.azurewebsites.net" webSystem="WebSites"><databases/></publishProfile>
          <publishProfile profileName="s - FTP" publishMethod="FTP" publishUrl="ftps://waws-1.ftp.azurewebsites.windows.net/site/wwwroot"
            ftpPassiveMode="False" userName="s\\$s" userPWD="geheim2" destinationAppUrl="https://s.azurewebsites.net"/>
          <publishProfile profileName="s - Zip Deploy" publishMethod="ZipDeploy" publishUrl="s.scm.westus-01.azurewebsites.net:443"
            userName="$s" userPWD="geheim3" destinationAppUrl="https://s-abc.westus-01.azurewebsites.net"/>
          <publishProfile profileName="s - ReadOnly - FTP" publishMethod="FTP" publishUrl="ftps://readonly/site/wwwroot" userName="r" userPWD="geheim4"/>
        </publishData>
        """

    private func read(_ name: String, _ files: [String: String]) throws -> PublishProfile {
        let folder = try SiteFolder(files)
        var diagnostics = DiagnosticList()
        let location = try ProjectLocator.locate("p", currentFolder: folder.path)
        let options = ProjectReader.Options(configuration: "Release", currentFolder: folder.path)
        return try PublishProfile.read(name, of: location, options: options, diagnostics: &diagnostics)
    }

    private let files = [
        "p/a.py": "", "p/s.PublishSettings": settings,
        "p/Properties/PublishProfiles/T.publishsettings": settings,
    ]

    @Test func `ZipDeploy is chosen before the others`() throws {
        let profile = try read("p/s.PublishSettings", files)
        #expect(profile.name == "s" && profile.method == .zipDeploy)
        #expect(profile.deploymentHost == "s.scm.westus-01.azurewebsites.net")
        #expect(profile.siteURL == "https://s-abc.westus-01.azurewebsites.net")
        #expect(profile.userName == "$s" && profile.password?.revealed == "geheim3")
        #expect(!"\(profile)".contains("geheim"))
    }

    @Test func `A way is chosen by its method or its name, and a file by its name in the project`() throws {
        let ftp = try read("s.PublishSettings#FTP", files)
        #expect(ftp.method == .ftp && ftp.userName == #"s\$s"# && !ftp.usesPassiveFTP)
        #expect(ftp.publishURL == "ftps://waws-1.ftp.azurewebsites.windows.net/site/wwwroot")
        let deploy = try read("s.PublishSettings#s - web deploy", files)
        #expect(deploy.method == .webDeploy && deploy.deployIISAppPath == "s")
        #expect(deploy.deploymentHost == "s.scm.azurewebsites.net")
        #expect(try read("t", files).method == .zipDeploy)
    }

    @Test func `What cannot be used is an error that says so`() throws {
        func ids(_ name: String, _ text: String) -> [String] {
            do {
                _ = try read(name, ["p/a.py": "", "p/x.PublishSettings": text])
                return []
            } catch let failure as Failure {
                return failure.diagnostics.map(\.id)
            } catch {
                return ["\(error)"]
            }
        }
        #expect(ids("x.PublishSettings", "<Project/>") == ["profile-root"])
        #expect(ids("x.PublishSettings", "<publishData/>") == ["profile-empty"])
        #expect(ids("x.PublishSettings#Pigeon", Self.settings) == ["profile-missing"])
    }

    struct Row: CustomTestStringConvertible {
        let keys: [String: String]
        let host: String?
        let deletes: Bool
        var testDescription: String { "\(keys.sorted { $0.key < $1.key })" }
    }

    @Test(arguments: [
        Row(
            keys: ["WebPublishMethod": "ZipDeploy", "PublishUrl": "https://s.scm.azurewebsites.net/"],
            host: "s.scm.azurewebsites.net", deletes: false),
        Row(
            keys: [
                "WebPublishMethod": "MSDeploy", "MSDeployServiceURL": "s.scm.azurewebsites.net:443",
                "SkipExtraFilesOnServer": "False",
            ], host: "s.scm.azurewebsites.net", deletes: true),
        Row(
            keys: [
                "WebPublishMethod": "MSDeploy", "MSDeployServiceURL": "https://iis.example:8172/msdeploy.axd",
            ], host: nil, deletes: false),
        Row(
            keys: [
                "WebPublishMethod": "MSDeploy", "PublishProvider": "AzureWebSite",
                "publishUrl": "ase.example:443",
            ], host: "ase.example", deletes: false),
        Row(
            keys: [
                "WebPublishMethod": "MSDeploy",
                "MSDeployServiceURL": "https://build.scm.example.com:8172/msdeploy.axd",
            ], host: nil, deletes: false),
        Row(
            keys: [
                "WebPublishMethod": "MSDeploy", "MSDeployServiceURL": "s.scm.azurewebsites.net:8172",
            ], host: nil, deletes: false),
        Row(
            keys: [
                "WebPublishMethod": "MSDeploy", "MSDeployServiceURL": "s.scm.azurewebsites.net:443",
                "SkipExtraFilesOnServer": "True", "DeleteExistingFiles": "True",
            ], host: "s.scm.azurewebsites.net", deletes: false),
        Row(
            keys: [
                "WebPublishMethod": "ZipDeploy", "PublishUrl": "https://s.scm.azurewebsites.net/",
                "SkipExtraFilesOnServer": "True", "DeleteExistingFiles": "True",
            ], host: "s.scm.azurewebsites.net", deletes: false),
        Row(
            keys: [
                "WebPublishMethod": "FTP", "publishUrl": "h", "DeleteExistingFiles": "true",
                "SkipExtraFilesOnServer": "True",
            ], host: nil, deletes: true),
    ])
    func `The host and what is deleted follow from the keys of a profile`(_ row: Row) throws {
        let keys = row.keys.map { "<\($0.key)>\($0.value)</\($0.key)>" }.joined()
        let profile = try read(
            "x",
            [
                "p/a.py": "",
                "p/__profiles/x.pubxml": "<Project><PropertyGroup>\(keys)</PropertyGroup></Project>",
            ])
        #expect(profile.deploymentHost == row.host)
        #expect(profile.deletesExtraFiles == row.deletes)
    }

    @Test func `Passwords in plain text are read, encrypted ones are mentioned`() throws {
        let keys = "<WebPublishMethod>FTP</WebPublishMethod><UserName>u</UserName>"
        let files = [
            "p/a.py": "",
            "p/__profiles/x.pubxml": "<Project><PropertyGroup>\(keys)</PropertyGroup></Project>",
            "p/__profiles/x.pubxml.user":
                "<Project><PropertyGroup><EncryptedPassword>AQAAANCM</EncryptedPassword></PropertyGroup></Project>",
            "p/__profiles/y.pubxml":
                "<Project><PropertyGroup>\(keys)<Password>geheim</Password></PropertyGroup></Project>",
        ]
        let folder = try SiteFolder(files)
        let location = try ProjectLocator.locate("p", currentFolder: folder.path)
        let options = ProjectReader.Options(configuration: "Release", currentFolder: folder.path)
        var diagnostics = DiagnosticList()
        _ = try PublishProfile.read("x", of: location, options: options, diagnostics: &diagnostics)
        #expect(diagnostics.all.map(\.id) == ["profile-password-encrypted"])
        let plain = try PublishProfile.read("y", of: location, options: options, diagnostics: &diagnostics)
        #expect(plain.password?.revealed == "geheim")
        #expect(!"\(diagnostics) \(plain)".contains("geheim"))
    }
}
