import Diagnostics
import Foundation
import SystemPackage
import Testing

@testable import Projects

/// Six projects as Visual Studio's templates make them, with what they evaluate to, derived independently.
struct RealProjectTests {
    struct Expected: Decodable, CustomTestStringConvertible {
        struct Layout: Decodable { let projectPath: String }
        struct Entry: Decodable {
            let include: String
            let metadata: [String: String]?
        }
        struct Publish: Decodable { let webPipeline: [File] }
        struct File: Decodable {
            let source: String
            let dest: String
            let exists: Bool
        }

        let id: String
        let folder: String
        let configuration: String
        let layout: Layout
        let properties: [String: String]
        let isWebProject: Bool
        let imports: [String]
        let startupModule: String?
        let resolvedWsgiHandler: String?
        let items: [String: [Entry]]
        let publish: Publish

        var testDescription: String { id }
    }

    static let fixtures = FilePath(#filePath).removingLastComponent().appending("Fixtures")
    static let expectations: [Expected] = {
        let data = FileManager.default.contents(atPath: fixtures.appending("expected.json").string) ?? Data()
        return (try? JSONDecoder().decode([Expected].self, from: data)) ?? []
    }()

    /// A copy in which the files exist that a template leaves to its user.
    private func copy(_ expected: Expected) throws -> SiteFolder {
        let folder = try SiteFolder()
        try FileManager.default.copyItem(
            atPath: Self.fixtures.appending(expected.folder).string, toPath: folder.path.appending("p").string
        )
        return folder
    }

    @Test func `There are six of them`() {
        #expect(Self.expectations.count == 6)
    }

    @Test(arguments: expectations) func `A real project evaluates as expected`(_ expected: Expected) throws {
        let path = Self.fixtures.appending(expected.folder).appending(expected.layout.projectPath)
        let evaluation = try ProjectEvaluation(
            .init(
                root: EvaluatedFile(path: path.string, displayName: "p.pyproj"),
                globalProperties: ["Configuration": expected.configuration]),
            folders: FolderIndex())
        for (name, value) in expected.properties where name != "EffectiveName" {
            #expect(evaluation.properties[name] == value, "\(name)")
        }
        #expect(evaluation.skippedImports.count == expected.imports.count)
        #expect(Set(evaluation.items.all.map(\.type)) == Set(expected.items.keys))
        for (type, entries) in expected.items {
            let items = evaluation.items.items(of: type)
            #expect(items.map(\.include) == entries.map(\.include), "\(type)")
            for (item, entry) in zip(items, entries) {
                let metadata = item.metadata.values.map { ($0.name, $0.value) }
                #expect(
                    Dictionary(uniqueKeysWithValues: metadata) == entry.metadata ?? [:], "\(item.include)")
            }
        }
        #expect(evaluation.diagnostics.all == [])
    }

    @Test(arguments: expectations) func `A real project has the files that its web publish had`(
        _ expected: Expected
    ) throws {
        let folder = try copy(expected)
        for file in expected.publish.webPipeline where !file.exists && !file.source.hasPrefix("bin/") {
            try folder.write("p/\(file.source)", "")
        }
        let reading = try folder.read("p") { $0.configuration = expected.configuration }
        // The web publish takes names from the project where the disk spells them otherwise; we take the disk's.
        let published = expected.publish.webPipeline.map { $0.dest.lowercased() }
        #expect(reading.paths.map { $0.lowercased() }.sorted() == published.sorted())
        for file in reading.project.files {
            #expect(FileManager.default.fileExists(atPath: file.source.string))
        }
        #expect(reading.project.name == expected.properties["EffectiveName"])
        #expect(reading.project.startupModule == expected.startupModule)
        #expect(reading.project.declaredWSGIHandler == expected.resolvedWsgiHandler)
        #expect(reading.project.djangoSettingsModule == expected.properties["DjangoSettingsModule"])
        #expect(reading.project.home == folder.path.appending("p"))
        #expect(
            !reading.messages.contains { $0.contains("not marked as a web project") } == expected.isWebProject
        )
    }

    @Test func `Framework and handler follow from the kind of project`() throws {
        var table: [String: String] = [:]
        for expected in Self.expectations {
            let folder = try copy(expected)
            try folder.write("p/db.sqlite3", "")
            let project = try folder.read("p").project
            table[expected.id] =
                "\(project.framework) \(project.wsgiHandler ?? "-") \(project.startupFile?.name ?? "-")"
        }
        #expect(
            table == [
                "tpl-django-starter": "django django.core.wsgi.get_wsgi_application() manage.py",
                "tpl159-polls-django": "django django.core.wsgi.get_wsgi_application() manage.py",
                "tpl-bottle-starter": "bottle app.wsgi_app() app.py",
                "tpl-flask-starter": "flask FlaskWebProject1.app runserver.py",
                "tpl-web-empty": "generic - -", "tpl22-webrole-bottle": "bottle app.wsgi_app() app.py",
            ])
    }

    @Test func `A database that was never made is one error that names its line`() throws {
        let expected = try #require(Self.expectations.first { $0.id == "tpl159-polls-django" })
        let folder = try copy(expected)
        #expect(
            folder.failure("p") == [
                "p/PollsDjango1.pyproj:60:14: error: 'db.sqlite3' does not exist "
                    + "(restore the file, or remove the item from the project)"
            ])
    }

    @Test func `A folder spelled differently is found, with one warning`() throws {
        let expected = try #require(Self.expectations.first { $0.id == "tpl22-webrole-bottle" })
        let reading = try copy(expected).read("p")
        #expect(
            reading.messages == [
                "p/WebRole22.pyproj:33:14: warning: 'bin\\ConfigureCloudService.ps1' is called "
                    + "'Bin/ConfigureCloudService.ps1' on disk (a server that tells upper from lower case may not find"
                    + " it; give both the same name)"
            ])
        #expect(reading.exclusions == ["bin/Readme.mht: item type None"])
        #expect(
            reading.paths == ["Bin/ConfigureCloudService.ps1", "Bin/ps.cmd", "app.py", "requirements.txt"])
    }
}
