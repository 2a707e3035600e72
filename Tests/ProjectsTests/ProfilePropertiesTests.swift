import Diagnostics
import SystemPackage
import Testing

@testable import Projects

struct ProfilePropertiesTests {
    private func read(
        _ profile: String, _ files: [String: String] = [:], configuration: String? = nil,
        properties: [String: String] = [:]
    ) throws -> PublishProfile {
        let folder = try SiteFolder(
            ["s/p/p.pyproj": "<Project/>", "s/p/__profiles/x.pubxml": "<Project>\(profile)</Project>"]
                .merging(files) { $1 })
        var diagnostics = DiagnosticList()
        let location = try ProjectLocator.locate("s/p", currentFolder: folder.path)
        let options = ProjectReader.Options(
            configuration: "Release", properties: properties, currentFolder: folder.path)
        var read = try PublishProfile.read(
            "x", of: location, configuration: configuration, options: options, diagnostics: &diagnostics)
        read.publishURL = read.publishURL.map(folder.masked)
        return read
    }

    private static let byConfiguration =
        "<PropertyGroup><publishUrl>other</publishUrl></PropertyGroup>"
        + "<PropertyGroup Condition=\"'$(Configuration)|$(Platform)'=='Debug|AnyCPU'\"><publishUrl>debug</publishUrl></PropertyGroup>"
        + "<PropertyGroup Condition=\"'$(Configuration)'=='Release'\"><publishUrl>release</publishUrl></PropertyGroup>"

    @Test func `Conditions see the configuration and the platform`() throws {
        let silent = Self.byConfiguration
        #expect(try read(silent).publishURL == "release")
        #expect(try read(silent, configuration: "Debug").publishURL == "debug")
        #expect(try read(silent, configuration: "Stage").publishURL == "other")
        let naming =
            "<PropertyGroup><LastUsedBuildConfiguration>Debug</LastUsedBuildConfiguration><LastUsedPlatform>Any CPU</LastUsedPlatform></PropertyGroup>"
            + silent
        #expect(try read(naming).publishURL == "debug")
        #expect(try read(naming).configuration == "Debug")
        #expect(try read(naming, configuration: "Release").publishURL == "release")
        #expect(
            try read(naming.replacing("Any CPU", with: "x64")).publishURL == "other")
        #expect(try read(naming, properties: ["platform": "x64"]).publishURL == "other")
    }

    @Test func `A project's default configuration is not the profile's`() throws {
        let project =
            "<Project><PropertyGroup><Configuration Condition=\"'$(Configuration)'==''\">Debug</Configuration></PropertyGroup></Project>"
        let profile = try read(Self.byConfiguration, ["s/p/p.pyproj": project])
        #expect(profile.configuration == "Release" && profile.publishURL == "release")
    }

    struct Row: CustomTestStringConvertible {
        let written: String
        let means: String
        var files: [String: String] = [:]
        var testDescription: String { written }
    }

    private static let solution = ["s/all.sln": "Project(\"{0}\") = \"p\", \"p\\P.pyproj\", \"{1}\""]

    static let rows = [
        Row(written: "$(MSBuildProjectDirectory)/out", means: "<folder>/s/p/out"),
        Row(written: "$(ProjectDir)out", means: "<folder>/s/p/out"),
        Row(written: "$(MSBuildThisFileDirectory)out", means: "<folder>/s/p/__profiles/out"),
        Row(written: "$(MSBuildProjectName)/$(PublishProfileName)", means: "p/x"),
        Row(written: "$(SolutionDir)\\web", means: "<folder>/s/\\web", files: solution),
        Row(
            written: "$(DeployRoot)/web", means: "/srv/web",
            files: [
                "s/p/p.pyproj":
                    "<Project><PropertyGroup><DeployRoot>/srv</DeployRoot></PropertyGroup></Project>"
            ]),
        Row(
            written: "$(MSBuildProjectDirectory)/$(MSBuildProjectName)", means: "<folder>/s/p/p",
            files: ["s/p/p.pyproj": "-", "s/p/app.py": ""]),
    ]

    @Test(arguments: rows) func `A profile sees the properties of its project`(_ row: Row) throws {
        // "-" stands for a folder without a project file.
        let folder = try SiteFolder(
            ["s/p/p.pyproj": "<Project/>"].merging(row.files) { $1 }.filter { $0.value != "-" }.merging([
                "s/p/__profiles/x.pubxml":
                    "<Project><PropertyGroup><WebPublishMethod>FileSystem</WebPublishMethod><publishUrl>\(row.written)</publishUrl></PropertyGroup></Project>"
            ]) { $1 })
        var diagnostics = DiagnosticList()
        let profile = try PublishProfile.read(
            "x", of: ProjectLocator.locate("s/p", currentFolder: folder.path),
            options: .init(configuration: "Release", currentFolder: folder.path), diagnostics: &diagnostics)
        #expect(
            profile.publishURL?.replacing(folder.path.string, with: "<folder>") == row.means)
        #expect(profile.incompleteTarget == nil)
    }

    @Test func `A setting of the project is none of the profile`() throws {
        let project =
            "<Project><PropertyGroup><Name>n</Name><PublishUrl>ftp://old</PublishUrl></PropertyGroup></Project>"
        #expect(try read("", ["s/p/p.pyproj": project]).publishURL == nil)
    }

    @Test(arguments: [
        "<publishUrl>$(SolutionDir)\\deploy\\web</publishUrl>",
        "<Root>$( SolutionDir )\\deploy</Root><publishUrl>$(Root)\\web</publishUrl>",
        "<publishUrl>$([System.IO.Path]::Combine($(SolutionDir), 'web'))</publishUrl>",
        "<publishUrl>$(SolutionDir.TrimEnd('x'))\\web</publishUrl>",
    ])
    func `A target that lacks a property is told apart`(_ settings: String) throws {
        let profile =
            "<PropertyGroup><WebPublishMethod>FileSystem</WebPublishMethod>\(settings)</PropertyGroup>"
        let incomplete = try #require(try read(profile).incompleteTarget)
        #expect(incomplete.key == "publishUrl" && incomplete.property == "SolutionDir")
        #expect(try read(profile, properties: ["SolutionDir": "/srv"]).incompleteTarget == nil)
        let packaging = profile.replacing("FileSystem", with: "Package")
        #expect(try read(packaging).incompleteTarget == nil)
    }
}
