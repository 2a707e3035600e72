import Diagnostics
import Files
import Foundation
import Projects
import Sites
import SystemPackage
import Testing

struct SitePlanTests {
    let folder: TemporaryFolder
    let facts = PublishFacts(project: "site.pyproj", configuration: "Debug", host: "linux")

    init() throws {
        folder = try TemporaryFolder()
    }

    private func generated(_ path: String, _ text: String = "", mode: FilePermissions? = nil) throws
        -> SiteFile
    {
        SiteFile(try SitePath(path), bytes: Array(text.utf8), mode: mode)
    }

    private func plan(_ files: [SiteFile], salt: [UInt8] = [], isCaseSensitive: Bool = true) async throws
        -> SitePlan
    {
        var memory = DigestMemory()
        return try await SitePlan.make(
            files: files, facts: facts, isCaseSensitive: isCaseSensitive, salt: salt, memory: &memory)
    }

    @Test func `Every web.config comes last, and that of the root very last`() async throws {
        let paths = [
            "Web.Config", "z.py", "admin/web.config", "a.py", "admin/deep/WEB.config", "admin/z.css",
            "web.config.bak",
        ]
        let plan = try await plan(paths.map { try generated($0) })
        #expect(
            plan.entries.map(\.name) == [
                "a.py", "admin/z.css", "web.config.bak", "z.py", "admin/deep/WEB.config", "admin/web.config",
                "Web.Config",
            ])
    }

    @Test func `The same contents have the same identifier, however they came about`() async throws {
        let one = try await plan([generated("a.py", "1"), generated("b.py", "2")])
        let file = try folder.write("elsewhere.py", "1")
        let two = try await plan([
            generated("b.py", "2"), SiteFile(SitePath("a.py"), from: file, source: "elsewhere.py"),
        ])
        #expect(one.buildID == two.buildID)
        #expect(one.buildID.count == 16)
    }

    @Test func `Other contents, names, permissions or salt have another identifier`() async throws {
        let plans = [
            try await plan([generated("a.py", "1")]), try await plan([generated("a.py", "2")]),
            try await plan([generated("b.py", "1")]),
            try await plan([generated("a.py", "1", mode: .executable)]),
            try await plan([generated("a.py", "1"), generated("b.py")]), try await plan([]),
            try await plan([generated("a.py", "1")], salt: [1]),
        ]
        #expect(Set(plans.map(\.buildID)).count == plans.count)
    }

    @Test func `A file that names the build joins the plan and does not change the name`() async throws {
        var plan = try await plan([generated("web.config"), generated("a.py")])
        let identifier = plan.buildID
        let contents = plan.contents
        try plan.add(SitePath("ptvsd/settings.json"), bytes: [1], isCaseSensitive: true)
        #expect(plan.entries.map(\.name) == ["a.py", "ptvsd/settings.json", "web.config"])
        #expect(plan.buildID == identifier)
        #expect(plan.contents != contents)
        #expect(throws: Failure.self) { try plan.add(SitePath("A.py"), bytes: [], isCaseSensitive: false) }
    }

    struct Collision: Sendable, CustomTestStringConvertible {
        var paths: [String]
        var isCaseSensitive = true
        var messages: [String]
        var testDescription: String { paths.joined(separator: " ") }
    }

    @Test(arguments: [
        Collision(paths: ["a.py", "A.py"], messages: []),
        Collision(paths: ["a.py", "b.py", "static/a.py"], isCaseSensitive: false, messages: []),
        Collision(
            paths: ["a.py", "a.py"],
            messages: ["'a.py (generated)' and 'a.py (generated)' both go to 'a.py'"]),
        Collision(
            paths: ["static/a.py", "Static/A.py"], isCaseSensitive: false,
            messages: [
                "'static/a.py (generated)' and 'Static/A.py (generated)' both go to 'Static/A.py' "
                    + "(the host ignores case)"
            ]),
        Collision(
            paths: ["static", "static/css/a.css", "static/b.css"],
            messages: [
                "'static (generated)' goes to 'static', where 'static/css/a.css (generated)' needs a folder"
            ]),
    ])
    func `Two files in one place are an error that names both`(_ collision: Collision) throws {
        let files = try collision.paths.map { try generated($0) }
        let collisions = SiteCollisions(among: files, isCaseSensitive: collision.isCaseSensitive)
        #expect(collisions.diagnostics.map(\.message) == collision.messages)
    }

    @Test func `All sources that cannot be read are named at once`() async throws {
        try Folder.create(folder.path.appending("folder"))
        #expect(try run("mkfifo", [folder.path.appending("pipe").string]).0 == 0)
        let names = ["gone.py", "folder", "pipe"]
        let files = try names.map {
            SiteFile(try SitePath($0), from: folder.path.appending($0), source: $0)
        }
        let failure = try await #require(throws: Failure.self) { _ = try await plan(files) }
        #expect(
            Set(failure.diagnostics.map(\.id)) == ["file-not-found", "file-is-folder", "source-not-a-file"])
        #expect(failure.diagnostics.count == 3)
    }

    @Test func `A destination that holds a source is refused`() async throws {
        var memory = DigestMemory()
        let files = try ["app.py", "out.py", "out/deep/b.py"].map { name in
            SiteFile(try SitePath(name), from: try folder.write(name, name), source: name)
        }
        let failure = try await #require(throws: Failure.self) {
            _ = try await SitePlan.make(
                files: files, facts: facts, isCaseSensitive: true, destination: folder.path.appending("out"),
                memory: &memory)
        }
        #expect(failure.diagnostics.map(\.id) == ["destination-refused"])
        #expect(failure.diagnostics[0].message.contains("'out/deep/b.py'"))
        let beside = try await SitePlan.make(
            files: files, facts: facts, isCaseSensitive: true, destination: folder.path.appending("ou"),
            memory: &memory)
        #expect(beside.entries.map(\.name) == ["app.py", "out.py", "out/deep/b.py"])
    }

    @Test func `A source that may be executed stays so`() async throws {
        let file = try folder.write("run.sh", "#!/bin/sh")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.string)
        let plan = try await plan([
            SiteFile(SitePath("run.sh"), from: file, source: "run.sh"), generated("a"),
            generated("s", mode: .ownerRead),
        ])
        #expect(plan.entries.map(\.mode) == [.readable, .executable, .ownerRead])
    }
}
