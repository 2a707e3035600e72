import Diagnostics
import Files
import Projects
import Sites
import SystemPackage
import Testing

struct DebuggerWheelTests {
    let folder: TemporaryFolder
    var maker: WheelMaker { WheelMaker(folder: folder.path) }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `What a server needs is unpacked, licences included`() throws {
        let path = try maker.make("9.9.9", "folder")
        let wheel = try DebuggerWheel(reading: path)
        #expect(wheel.version == "9.9.9")
        #expect(wheel.digest == ContentDigest(of: try FileContents.read(path)))
        #expect(
            wheel.files.keys.sorted() == [
                "debugpy-9.9.9.dist-info/METADATA", "debugpy-9.9.9.dist-info/licenses/LICENSE",
                "debugpy/ThirdPartyNotices.txt", "debugpy/__init__.py", "debugpy/_vendored/pydevd/attach.so",
                "debugpy/_vendored/pydevd/pydevd.py",
            ])
        let text = String(repeating: "x = 1\n", count: 500)
        #expect(wheel.files["debugpy/_vendored/pydevd/pydevd.py"] == Array(text.utf8))
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        var change = ""
        var name: String?
        var message: String
        var testDescription: String { name ?? change }
    }

    @Test(arguments: [
        Hostile(change: "up", message: "holds '../evil.py', which leads out of it"),
        Hostile(change: "inside-up", message: "holds 'debugpy/../../evil.py', which leads out of it"),
        Hostile(change: "absolute", message: "holds '/etc/evil.py', which leads out of it"),
        Hostile(change: "backslash", message: "holds 'debugpy\\..\\..\\evil.py', which leads out of it"),
        Hostile(change: "drive", message: "holds 'c:/evil.py', which leads out of it"),
        Hostile(change: "twice", message: "names 'debugpy/__init__.py' twice"),
        Hostile(change: "link", message: "holds 'debugpy/link.py', a symbolic link"),
        Hostile(change: "bomb", message: "unpacks to more than a debugger can have"),
        Hostile(change: "many", message: "has too many files"),
        Hostile(change: "lzma", message: "is packed in a way unknown here (14)"),
        Hostile(change: "no-init", message: "holds no debugpy 9.9.9"),
        Hostile(change: "no-metadata", message: "holds no debugpy 9.9.9"),
        Hostile(change: "other-version", message: "says version 0.0.1 inside"),
        Hostile(
            name: "debugpy-9.9.9-cp311-cp311-win_amd64.whl",
            message: "is made for one kind of machine, and the site may run on another"),
        Hostile(name: "flask-9.9.9-py3-none-any.whl", message: "is not named like a wheel of debugpy"),
        Hostile(name: "debugpy.zip", message: "is not named like a wheel of debugpy"),
        Hostile(name: "debugpy-1.0-py2.py3-none-any.whl", message: "holds no debugpy 1.0"),
    ])
    func `A wheel that is not one is refused in a sentence`(_ hostile: Hostile) throws {
        let path = try maker.make("9.9.9", hostile.change, named: hostile.name)
        let failure = try #require(throws: Failure.self) { try DebuggerWheel(reading: path) }
        #expect(
            failure.diagnostics.map(\.message) == ["'\(path.lastComponent?.string ?? "")' \(hostile.message)"]
        )
        #expect(failure.diagnostics.first?.hint != nil)
    }

    @Test func `However a wheel is cut or changed, it is read whole or refused`() throws {
        let bytes = try FileContents.read(try maker.make("9.9.9"))
        let whole = try DebuggerWheel(reading: folder.path.appending("debugpy-9.9.9-py2.py3-none-any.whl"))
        var generator = SystemRandomNumberGenerator()
        var refused = 0
        for round in 0..<600 {
            var damaged = bytes
            if round < 100 {
                damaged.removeLast(Int.random(in: 1...bytes.count, using: &generator))
            } else {
                // The directory at the end decides most.
                let start = round.isMultiple(of: 2) ? 0 : bytes.count * 2 / 3
                let place = Int.random(in: start..<bytes.count, using: &generator)
                damaged[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            }
            do {
                let name = "debugpy-9.9.9-py2.py3-none-any.whl"
                let wheel = try DebuggerWheel(damaged, named: name, at: "d", version: nil)
                // Times, attributes and what is left out may change unnoticed; contents that are used may not.
                for (name, contents) in wheel.files { #expect(whole.files[name] ?? contents == contents) }
            } catch {
                #expect(error.diagnostics.map(\.id) == ["wheel-refused"])
                refused += 1
            }
        }
        #expect(refused > 300)
    }

    @Test func `A missing wheel and a folder are named`() throws {
        let missing = folder.path.appending("debugpy-1.0-py3-none-any.whl")
        #expect(throws: Failure.self) { try DebuggerWheel(reading: missing) }
        try Folder.create(missing)
        #expect(throws: Failure.self) { try DebuggerWheel(reading: missing) }
    }

    @Test func `The endpoint is the agent and the debugger below it`() throws {
        let wheel = try DebuggerWheel(reading: try maker.make("9.9.9"))
        let files = try DebugPayload.files(agent: ["__init__.py": "a", "info.html": "b"], wheel: wheel)
        #expect(files.map(\.path) == files.map(\.path).sorted())
        let paths = files.map(\.path.description)
        #expect(paths.contains("ptvsd/__init__.py"))
        #expect(paths.contains("ptvsd/_vendored/debugpy/__init__.py"))
        #expect(
            try DebugPayload.files(agent: ["a.py": ""], wheel: nil).map(\.path.description) == ["ptvsd/a.py"])
        #expect(throws: Failure.self) { try DebugPayload.files(agent: ["../../a.py": ""], wheel: nil) }
    }

    struct Site: Sendable {
        var path: String
        var text = ""
        var isOwn: Bool
    }

    @Test(arguments: [
        Site(path: "requirements.txt", text: "flask\ndebugpy>=1.6\n", isOwn: false),
        Site(path: "requirements.txt", text: "debugpy>=1; python_version<'3.8'", isOwn: false),
        Site(path: "debugpy/__init__.py", isOwn: true),
        Site(path: "vendor/debugpy/__init__.py", isOwn: false),
        Site(path: "debugpy.py", isOwn: false),
    ])
    func `A debugger that the site brings is found`(_ site: Site) throws {
        let file = try folder.write(site.path, site.text)
        let note = DebugPayload.ownDebugger(among: [
            SiteFile(try SitePath(site.path), from: file, source: site.path)
        ])
        #expect((note != nil) == site.isOwn)
        #expect(note.map { $0.severity == .note } ?? true)
    }
}
