import Destinations
import Diagnostics
import Files
import Foundation
import Projects
import Sites
import Synchronization
import SystemPackage
import Testing

struct FolderDestinationTests {
    let publishing: Publishing

    init() throws {
        publishing = try Publishing()
    }

    @Test func `Copies keep the time of their source and whether they may be executed`() async throws {
        let script = try publishing.folder.write("project/run.sh", "#!/bin/sh")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755, .modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
            ofItemAtPath: script.string)
        try await publishing.publish(
            publishing.plan(["secret": "s"], sources: ["run.sh"], modes: ["secret": .ownerReadWrite]))
        let status = try #require(FileStatus(of: publishing.target.appending("run.sh")))
        #expect(status.permissions.contains(.ownerExecute))
        #expect(status.stamp.modified == 1_000_000_000_000_000_000)
        #expect(FileStatus(of: publishing.target.appending("secret"))?.permissions == .ownerReadWrite)
    }

    @Test func `A dry run makes neither target nor state`() async throws {
        let report = try await publishing.publish(publishing.plan(["a": "1"]), isDryRun: true)
        #expect(report.changes == ["a": .add])
        #expect(try Folder.names(in: publishing.folder.path) == ["project"])
    }

    @Test func `Without a record nothing is deleted, and what is the same is not written`() async throws {
        try await publishing.publish(publishing.plan(["a": "1", "old": "2"]))
        let inode = FileStatus(of: publishing.target.appending("a"))?.stamp.inode
        try FileManager.default.removeItem(atPath: publishing.state.path.string)
        let report = try await publishing.publish(publishing.plan(["a": "1"]))
        #expect(report.changes.isEmpty)
        #expect(FileStatus(of: publishing.target.appending("a"))?.stamp.inode == inode)
        #expect(try publishing.tree() == ["a": "1", "old": "2"])
    }

    @Test func `A damaged record counts as none, with a warning, and is replaced`() async throws {
        try await publishing.publish(publishing.plan(["a": "1", "old": "2"]))
        let manifest = publishing.state.manifest(of: publishing.destination().canonicalName)
        try FileReplacement.write([0x7B], to: manifest)
        #expect(try await publishing.destination().previous().warning?.id == "manifest-damaged")
        let report = try await publishing.publish(publishing.plan(["a": "1"]))
        #expect(report.diagnostics.map(\.id) == ["manifest-damaged"])
        let read = try await publishing.destination().previous().manifest
        #expect(read?.files.keys.sorted() == ["a"])
        #expect(read?.buildID == report.buildID)
    }

    @Test func `A publish of one file writes little to the record, and one that is long is written anew`()
        async throws
    {
        func texts(_ last: Int) -> [String: String] {
            Dictionary(uniqueKeysWithValues: (0..<20).map { ("f\($0)", $0 == 7 ? "\(last)" : "x") })
        }
        func size() throws -> Int {
            let file = publishing.state.manifest(of: publishing.destination().canonicalName)
            return try #require(FileStatus(of: file)).stamp.size
        }
        try await publishing.publish(publishing.plan(texts(0)))
        var sizes = [try size()]
        for number in 1...200 {
            let report = try await publishing.publish(publishing.plan(texts(number)))
            #expect(report.changes == ["f7": .update])
            sizes.append(try size())
            if sizes.count > 3, sizes[number] < sizes[number - 1] { break }
        }
        #expect(sizes[1] > sizes[0])
        #expect(sizes[1] - sizes[0] < 1000)
        #expect((sizes.last ?? 0) < sizes[sizes.count - 2], "\(sizes)")
        #expect(try await publishing.destination().previous().manifest?.files.count == 20)
        #expect(try await publishing.publish(publishing.plan(["f1": "x"])).count(.delete) == 19)
    }

    @Test func `A record that was cut short within a line is read up to there, and written anew`()
        async throws
    {
        try await publishing.publish(publishing.plan(["a": "1", "b": "1"]))
        let file = publishing.state.manifest(of: publishing.destination().canonicalName)
        try FileReplacement.write(FileContents.read(file) + Array("next 1 0".utf8), to: file)
        let report = try await publishing.publish(publishing.plan(["a": "2"]))
        #expect(report.diagnostics.isEmpty)
        #expect(report.changes == ["a": .update, "b": .delete])
        let (manifest, warning) = try await publishing.destination().previous()
        #expect(warning == nil)
        #expect(manifest?.files.keys.sorted() == ["a"])
        #expect(manifest?.pending.isEmpty == true)
    }

    @Test func `A record that names paths outside deletes nothing there`() async throws {
        let victim = try publishing.folder.write("victim", "v")
        try await publishing.publish(publishing.plan(["a": "1"]))
        let file = publishing.state.manifest(of: publishing.destination().canonicalName)
        var manifest = try #require(try await publishing.destination().previous().manifest)
        for name in ["../victim", victim.string, "x/../../victim", "..", "", "a/"] {
            manifest.files[name] = .init(size: 1, digest: ContentDigest(of: Array("v".utf8)))
            manifest.pending[name] = manifest.files[name]
        }
        try FileReplacement.write(manifest.lines, to: file)
        let report = try await publishing.publish(publishing.plan(["a": "1"]))
        #expect(report.changes.isEmpty)
        #expect(FileKind(of: victim) == .regular)
    }

    @Test func `One destination has one record, however it is named`() async throws {
        try Folder.create(publishing.target)
        let link = publishing.folder.path.appending("link")
        try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "target")
        let names = [
            publishing.target, link,
            publishing.folder.path.appending("project").appending("..").appending("target"),
        ]
        #expect(Set(names.map { publishing.destination($0).canonicalName }).count == 1)
        try await publishing.publish(publishing.plan(["a": "1"]), to: link)
        #expect(try publishing.tree() == ["a": "1"])
    }

    @Test func `A state folder that cannot be written is a warning`() async throws {
        try publishing.folder.write("state", "a file")
        let report = try await publishing.publish(publishing.plan(["a": "1"]))
        #expect(report.diagnostics.map(\.id) == ["state-not-written"])
        #expect(try publishing.tree() == ["a": "1"])
    }

    @Test(arguments: ["project", "", "project/.."])
    func `The project itself and what holds it are no target`(_ name: String) async throws {
        let path = FilePath(publishing.folder.path.string + "/" + name)
        let failure = try await #require(throws: Failure.self) {
            try await publishing.publish(publishing.plan(["a": "1"]), to: path)
        }
        #expect(failure.diagnostics.map(\.id) == ["destination-refused"])
        #expect(failure.reason == .badInput)
    }

    @Test func `Everything else is only deleted where nobody misses it`() async throws {
        let home = publishing.folder.path.appending("home").appending("me")
        let repository = publishing.folder.path.appending("repository")
        try Folder.create(home)
        try Folder.create(repository.appending(".git"))
        let plan = try await publishing.plan(["a": "1"])
        for path in [home, home.removingLastComponent(), repository, "/", "/usr"] {
            let destination = FolderDestination(
                path, name: "x", project: publishing.project, home: home, state: publishing.state)
            let options = PublishOptions(isDryRun: true, deletesExtraFiles: true, time: "")
            await #expect(throws: Failure.self, "\(path)") {
                try await destination.publish(plan, options: options) { _ in }
            }
        }
        let empty = try await publishing.plan()
        await #expect(throws: Failure.self) { try await publishing.publish(empty, deletesExtraFiles: true) }
        #expect(
            try await publishing.publish(plan, to: home.appending("site"), deletesExtraFiles: true).count(
                .add) == 1)
    }

    @Test func `What is protected stays, whoever put it there`() async throws {
        try await publishing.publish(publishing.plan(["a": "1", "App_Data/seed": "2", "gone": "3"]))
        try publishing.folder.write("target/app_data/users.db", "theirs")
        try publishing.folder.write("target/foreign", "x")
        let site = try await publishing.plan(["a": "1"])
        let dry = try await publishing.publish(
            site, isDryRun: true, deletesExtraFiles: true, sparingAppData: true)
        #expect(dry.changes == ["foreign": .delete, "gone": .delete])
        try await publishing.publish(site, deletesExtraFiles: true, sparingAppData: true)
        #expect(
            try publishing.tree() == ["a": "1", "App_Data/seed": "2", "app_data/users.db": "theirs"])
        try await publishing.publish(site, deletesExtraFiles: true)
        #expect(try publishing.tree() == ["a": "1"])
    }

    @Test func `A target inside the project is fine`() async throws {
        try await publishing.publish(
            publishing.plan(["a": "1"]), to: publishing.project.appending("bin/publish"))
        #expect(try publishing.tree(publishing.project.appending("bin")) == ["publish/a": "1"])
    }

    @Test func `A file in the place of the target is named`() async throws {
        try publishing.folder.write("target", "file")
        let failure = try await #require(throws: Failure.self) {
            try await publishing.publish(publishing.plan(["a": "1"]))
        }
        #expect(failure.reason == .failed)
        #expect(failure.diagnostics.first?.location?.file == publishing.target.string)
    }

    @Test func `A source that changes meanwhile stops the publish and nothing is changed`() async throws {
        try await publishing.publish(publishing.plan(["a": "1"]))
        let file = try publishing.folder.write("project/b", "1")
        let plan = try await publishing.plan(["a": "2"], sources: ["b"])
        try Data("22".utf8).write(to: URL(fileURLWithPath: file.string))
        let failure = try await #require(throws: Failure.self) { try await publishing.publish(plan) }
        #expect(failure.diagnostics.map(\.id) == ["source-changed"])
        #expect(try publishing.tree() == ["a": "1"])
        let healed = try await publishing.plan(["a": "2"], sources: ["b"])
        #expect(try await publishing.publish(healed).changes == ["a": .update, "b": .add])
    }

    @Test func `Leftovers of a killed run go, and foreign files under pending names stay`() async throws {
        try await publishing.publish(publishing.plan(["a": "1"]))
        let file = publishing.state.manifest(of: publishing.destination().canonicalName)
        var manifest = try #require(try await publishing.destination().previous().manifest)
        manifest.pending["ours"] = .init(size: 1, digest: ContentDigest(of: Array("o".utf8)))
        manifest.pending["theirs"] = .init(size: 1, digest: ContentDigest(of: Array("p".utf8)))
        try FileReplacement.write(manifest.lines, to: file)
        for (name, text) in [
            ("ours", "o"), ("theirs", "t"), ("d/.ptvsd-publish-1-2.tmp", "x"), (".ptvsd-publish-9", "y"),
        ] {
            try publishing.folder.write("target/\(name)", text)
        }
        #expect(try await publishing.publish(publishing.plan(["a": "1"])).changes == ["ours": .delete])
        #expect(try publishing.tree() == ["a": "1", "theirs": "t", "d/": "", ".ptvsd-publish-9": "y"])
    }

    @Test func `A second publish to the same place is told to wait`() async throws {
        let plan = try await publishing.plan(["a": "1"])
        try await publishing.publish(plan)
        let manifest = publishing.state.manifest(of: publishing.destination().canonicalName)
        let lock = manifest.removingLastComponent().appending("\(manifest.stem ?? "").lock")
        let running = try FileDescriptor.open(lock, .readWrite)
        #expect(flock(running.rawValue, LOCK_EX) == 0)
        let failure = try await #require(throws: Failure.self) { try await publishing.publish(plan) }
        #expect(failure.diagnostics.map(\.id) == ["destination-busy"])
        #expect(try await publishing.publish(plan, isDryRun: true).changes.isEmpty)
        try running.close()
        #expect(try await publishing.publish(plan).changes.isEmpty)
    }

    /// Holds a task so that it can be cancelled from within.
    private final class Running: Sendable {
        let task = Mutex<Task<Void, any Error>?>(nil)
    }

    @Test func `A cancelled publish has changed nothing and leaves nothing`() async throws {
        try await publishing.publish(publishing.plan(["a": "1", "b": "1"]))
        let plan = try await publishing.plan(["a": "2", "b": "2", "c/d": "2"])
        let destination = publishing.destination()
        let running = Running()
        let task = Task {
            _ = try await destination.publish(plan, options: PublishOptions(time: "")) { _ in
                while running.task.withLock({ $0 == nil }) { usleep(100) }
                running.task.withLock { $0?.cancel() }
            }
        }
        running.task.withLock { $0 = task }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try publishing.tree().filter { !$0.value.isEmpty } == ["a": "1", "b": "1"])
    }

    @Test func `Progress ends at the total`() async throws {
        let last = Mutex<PublishProgress?>(nil)
        let plan = try await publishing.plan(["a": "12", "b": "345"])
        _ = try await publishing.destination().publish(plan, options: PublishOptions(time: "")) { progress in
            last.withLock { $0 = progress }
        }
        #expect(last.withLock { $0 } == PublishProgress(files: 2, totalFiles: 2, bytes: 5, totalBytes: 5))
    }
}
