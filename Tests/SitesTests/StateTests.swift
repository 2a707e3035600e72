import Diagnostics
import Files
import Foundation
import Sites
import SystemPackage
import Testing

struct StateTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `A manifest comes back as it was written`() throws {
        var manifest = Manifest(
            buildID: "0123456789abcdef", configuration: "Debug", time: "2026-01-01T00:00:00Z",
            files: [
                "a.py": .init(size: 0, digest: ContentDigest(of: [])),
                "schöne \"Seite\"\n.txt": .init(
                    size: 3, digest: ContentDigest(of: [1]),
                    stamp: FileStamp(size: 3, modified: -5, changed: .max, inode: .max)),
            ])
        #expect(Manifest.reading(manifest.json, from: "m") == (manifest, nil))
        manifest.pending = ["b": .init(size: 1, digest: ContentDigest(of: [2]))]
        manifest.container = .init(size: 9, digest: ContentDigest(of: [3]))
        manifest.keepsPermissions = false
        #expect(Manifest.reading(manifest.json, from: "m") == (manifest, nil))
    }

    @Test func `What is appended to a manifest's lines makes the next one`() throws {
        let stamp = FileStamp(size: 3, modified: -5, changed: .max, inode: .max)
        let file = Manifest.File(size: 3, digest: ContentDigest(of: [1]), stamp: stamp)
        var first = Manifest(buildID: "0123456789abcdef", configuration: "My Debug", time: "t", files: [:])
        first.files = ["a b.py": file, "100%\n%0A": .init(size: 0, digest: ContentDigest(of: []))]
        first.container = file
        #expect(Manifest.reading(lines: first.lines, from: "m") == (first, nil))
        var second = first
        second.keepsPermissions = false
        second.files["a b.py"]?.stamp = nil
        second.files["100%\n%0A"] = nil
        second.pending = ["b": .init(size: 1, digest: ContentDigest(of: [2]))]
        var third = second
        third.buildID = ""
        third.files["b"] = file
        third.pending = [:]
        #expect(first.lines(after: first) == [])
        let lines = first.lines + second.lines(after: first)
        #expect(Manifest.reading(lines: lines, from: "m") == (second, nil))
        #expect(Manifest.reading(lines: lines + third.lines(after: second), from: "m") == (third, nil))
        #expect(third.lines(after: second).count < 300)
        // A line that was cut short counts as not written, wherever it was cut.
        let last = second.lines(after: first).split(separator: UInt8(ascii: "\n")).last?.count ?? 0
        for cut in 1...last {
            let (read, warning) = Manifest.reading(lines: Array(lines.dropLast(cut)), from: "m")
            #expect(warning == nil)
            #expect(read?.files.keys.allSatisfy { second.files[$0] != nil || first.files[$0] != nil } == true)
            #expect(read?.pending.isEmpty == true)
        }
    }

    @Test func `A damaged line makes the whole record count as none`() throws {
        let manifest = Manifest(
            buildID: "b", configuration: "c", time: "t",
            files: ["a": .init(size: 1, digest: ContentDigest(of: []))])
        for damage in ["", "x\n", "sent 1 00 a\n", "file 1\n", "\u{0}\u{0}\n"] {
            let lines = damage.isEmpty ? [] : manifest.lines + Array(damage.utf8)
            let (read, warning) = Manifest.reading(lines: lines, from: "m")
            #expect(read == nil)
            #expect(warning?.id == "manifest-damaged", "\(damage)")
        }
    }

    @Test(arguments: [
        "", "{}", "[]", "{\"version\": 1}", "\u{0}",
        #"{"version": 2, "buildID": "", "configuration": "", "time": "", "files": {}}"#,
        #"{"version": 1, "buildID": "", "configuration": "", "time": "", "files": {"a": "1"}}"#,
        #"{"version": 1, "buildID": "", "configuration": "", "time": "", "files": {"a": "-1 00"}}"#,
        #"{"version": 1, "buildID": "", "configuration": "", "time": "", "files": {"a": 1}}"#,
    ])
    func `A damaged manifest counts as none, with a warning`(_ text: String) throws {
        let (manifest, warning) = Manifest.reading(Array(text.utf8), from: "m.json")
        #expect(manifest == nil)
        #expect(warning?.id == "manifest-damaged")
        #expect(warning?.severity == .warning)
    }

    struct Home: Sendable {
        var environment: [String: String]
        var state: String?
    }

    @Test(arguments: [
        Home(environment: ["HOME": "/h", "XDG_STATE_HOME": "/s"], state: "/s/ptvsd-publish"),
        Home(environment: ["XDG_STATE_HOME": "/s"], state: "/s/ptvsd-publish"),
        Home(environment: ["HOME": "h"], state: nil),
        Home(environment: [:], state: nil),
    ])
    func `The state folder follows the environment`(_ home: Home) throws {
        #expect((try? StateFolder(environment: home.environment))?.path.string == home.state)
    }

    @Test func `Without XDG folders the usual ones below the home folder are taken`() throws {
        let environment = ["HOME": "/h", "XDG_STATE_HOME": "relative", "XDG_CACHE_HOME": ""]
        #if os(macOS)
            #expect(
                try StateFolder(environment: environment).path
                    == "/h/Library/Application Support/ptvsd-publish")
            #expect(try StateFolder.cache(environment: environment) == "/h/Library/Caches/ptvsd-publish")
        #else
            #expect(try StateFolder(environment: environment).path == "/h/.local/state/ptvsd-publish")
            #expect(try StateFolder.cache(environment: environment) == "/h/.cache/ptvsd-publish")
        #endif
    }

    @Test func `Each profile of a project is remembered on its own, for its user only`() throws {
        let state = StateFolder(folder.path.appending("state"))
        var memory = PublishMemory(of: "/p/site.pyproj", in: state)
        #expect(memory.latest == nil)
        func item(_ destination: String, _ time: String) -> PublishMemory.Item {
            .init(
                destination: destination, siteURL: nil, host: "linux", configuration: "Debug", buildID: "1",
                time: time, isDebugging: destination.hasPrefix("azure"))
        }
        memory[nil] = item("/p/bin/publish", "2026-01-01T00:00:00Z")
        memory["azure"] = item("azure:demo", "2026-01-02T00:00:00Z")
        try memory.write(to: state)
        let read = PublishMemory(of: "/p/site.pyproj", in: state)
        #expect(read == memory)
        #expect(read.latest?.destination == "azure:demo")
        #expect(read.latestDebugging(profile: nil)?.destination == "azure:demo")
        #expect(read.latestDebugging(profile: "folder") == nil)
        #expect(read[nil]?.destination == "/p/bin/publish")
        #expect(PublishMemory(of: "/q/site.pyproj", in: state).latest == nil)
        #expect(FileStatus(of: state.memory(of: "/p/site.pyproj"))?.permissions == .ownerReadWrite)
        try FileReplacement.write([0x7B], to: state.memory(of: "/p/site.pyproj"))
        #expect(PublishMemory(of: "/p/site.pyproj", in: state).latest == nil)
    }
}
