import Diagnostics
import Files
import Foundation
import Sites
import SystemPackage
import Testing

/// The user's real pip against an index in a folder; nothing here needs a network.
struct WheelSourceTests {
    let folder: TemporaryFolder
    var cache: FilePath { folder.path.appending("cache") }
    var index: FilePath { folder.path.appending("simple").appending("debugpy") }

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Puts wheels of these versions into the index.
    private func publish(_ versions: [String]) throws {
        let maker = WheelMaker(folder: index)
        let links = try versions.map { version in
            let name = try maker.make(version).lastComponent?.string ?? ""
            return "<a href=\"\(name)\">\(name)</a><br>"
        }
        try folder.write(
            "simple/debugpy/index.html", "<!DOCTYPE html><html><body>\(links.joined())</body></html>")
    }

    private func source(
        _ version: String?, index: String? = nil, python: String = "python3", file: FilePath? = nil
    )
        -> WheelSource
    {
        WheelSource(
            file: file, version: version.flatMap { DebuggerVersion($0) }, cache: cache, python: python,
            environment: [
                "PIP_INDEX_URL": index ?? "file://\(folder.path)/simple", "PIP_CONFIG_FILE": "/dev/null",
                "PIP_NO_CACHE_DIR": "1", "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PIP_NO_INDEX": "0",
                "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
            ])
    }

    private func failure(_ source: WheelSource) async throws -> Diagnostic {
        var diagnostics = DiagnosticList()
        let failure = try await #require(throws: Failure.self) { _ = try await source.wheel(&diagnostics) }
        return try #require(failure.diagnostics.first)
    }

    @Test func `A wheel is fetched once, then comes from the cache, without any index`() async throws {
        try publish(["9.9.8", "9.9.9"])
        var diagnostics = DiagnosticList()
        let fetched = try await source("9.9.9").wheel(&diagnostics)
        #expect(fetched.version == "9.9.9")
        #expect(diagnostics.all.map(\.id) == ["wheel-trusted"])
        #expect(diagnostics.all.first?.message.contains(fetched.digest.hex) == true)
        diagnostics = DiagnosticList()
        let again = try await source("9.9.9", index: "http://127.0.0.1:9/simple").wheel(&diagnostics)
        #expect(again.files == fetched.files)
        #expect(diagnostics.all.isEmpty)
    }

    @Test func `A damaged wheel in the cache is removed and fetched again`() async throws {
        try publish(["9.9.9"])
        var diagnostics = DiagnosticList()
        let fetched = try await source("9.9.9").wheel(&diagnostics)
        let path = cache.appending("wheels").appending("debugpy-9.9.9-py2.py3-none-any.whl")
        var bytes = try FileContents.read(path)
        bytes[bytes.count / 2] ^= 1
        try FileReplacement.write(bytes, to: path)
        #expect(try await failure(source("9.9.9", index: "http://127.0.0.1:9/simple")).id == "wheel-offline")
        #expect(FileKind(of: path) == nil)
        try FileReplacement.write(bytes, to: path)
        diagnostics = DiagnosticList()
        #expect(try await source("9.9.9").wheel(&diagnostics).files == fetched.files)
        #expect(diagnostics.all.map(\.id) == ["wheel-damaged", "wheel-trusted"])
        #expect(ContentDigest(of: try FileContents.read(path)) == fetched.digest)
    }

    @Test func `A wheel that is not the published one is refused`() async throws {
        try publish(["1.8.21"])
        let diagnostic = try await failure(source(nil))
        #expect(diagnostic.id == "wheel-hash-mismatch")
        #expect(diagnostic.message.contains("1.8.21"))
        #expect(FileKind(of: cache) == nil)
    }

    @Test func `A version that does not exist is named, with one that does`() async throws {
        try publish(["9.9.8"])
        let diagnostic = try await failure(source("9.9.9"))
        #expect(diagnostic.id == "wheel-not-found")
        #expect(diagnostic.message == "pip's package index has no pure wheel of debugpy 9.9.9")
        #expect(diagnostic.hint?.contains("1.8.21") == true)
    }

    @Test func `Offline with an empty cache, the error says just that and the ways out`() async throws {
        let diagnostic = try await failure(source(nil, index: "http://127.0.0.1:9/simple"))
        #expect(diagnostic.id == "wheel-offline")
        #expect(
            diagnostic.message
                == "debugpy 1.8.21 is not in the cache, and pip cannot reach its package index")
        #expect(diagnostic.hint?.contains("--debugpy WHEEL") == true)
    }

    @Test func `Without Python, or a Python without pip, the error says so`() async throws {
        #expect(try await failure(source(nil, python: "/nowhere/python3")).id == "python-not-found")
        #expect(try await failure(source(nil, python: "python-that-is-not-there")).id == "python-not-found")
        let bare = folder.path.appending("bare")
        #expect(try run("python3", ["-m", "venv", "--without-pip", bare.string]).0 == 0)
        let diagnostic = try await failure(
            source(nil, python: bare.appending("bin").appending("python").string))
        #expect(diagnostic.id == "pip-not-found")
        #expect(diagnostic.hint?.contains("--debugpy WHEEL") == true)
    }

    @Test func `A wheel that the user names needs neither cache nor pip`() async throws {
        let path = try WheelMaker(folder: folder.path).make("9.9.9")
        var diagnostics = DiagnosticList()
        let wheel = try await source(nil, python: "/nowhere/python3", file: path).wheel(&diagnostics)
        #expect(wheel.version == "9.9.9")
        #expect(FileKind(of: cache) == nil)
        let other = try await failure(source("9.9.8", python: "/nowhere/python3", file: path))
        #expect(other.message == "'debugpy-9.9.9-py2.py3-none-any.whl' is version 9.9.9, not 9.9.8")
    }

    @Test func `A cache that cannot be written stops nothing`() async throws {
        try publish(["9.9.9"])
        try folder.write("cache", "a file")
        var diagnostics = DiagnosticList()
        #expect(try await source("9.9.9").wheel(&diagnostics).version == "9.9.9")
        #expect(diagnostics.all.map(\.id) == ["wheel-trusted", "cache-not-written"])
    }

    @Test(arguments: ["", "-r", "1.0 --index-url=x", "1.0;x", "1.0@http://x", "v1", "1.0\n2.0", "latest"])
    func `What is not a version never reaches pip`(_ text: String) {
        #expect(DebuggerVersion(text) == nil)
    }

    @Test func `The versions that are known have digests, the pinned one among them`() {
        #expect(DebuggerVersion.pinned.text == "1.8.21")
        for text in ["1.8.21", "1.8.22", "1.6.7.post1", "1.5.1"] {
            #expect(DebuggerVersion(text)?.digest != nil)
        }
        #expect(DebuggerVersion("9.9.9")?.digest == nil)
    }
}
