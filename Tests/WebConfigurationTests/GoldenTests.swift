import Diagnostics
import Foundation
import Testing
import WebConfiguration
import XMLDocumentTransform

/// Each folder of `Golden` holds a web.config, the transform that is made for it and what the two give.
///
/// `make golden` records the results anew; the difference is to be read before it is committed.
struct GoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    static let cases =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted())
        ?? []

    @Test func `There are cases`() {
        #expect(Self.cases.count >= 7)
    }

    @Test(arguments: cases)
    func `Golden: a web.config gets its transform, and the transform gives the same result twice`(
        name: String
    ) throws {
        let folder = Self.folder.appending(path: name)
        let source = Array(try Data(contentsOf: folder.appending(path: "web.config")))
        let config = try WebConfig(parsing: source, file: "web.config")
        var paths = ServerPaths(root: nil, interpreter: nil)
        paths.complete(from: config, rootFiles: ["runserver.py"])
        let transform = DebugTransform(
            secret: try #require(Secret("SECRET")), expiry: try #require(Expiry("2026-11-24T15:04:00Z")),
            paths: paths)
        let text = Array(try transform.text(for: config, host: try #require(config.hostKind)).utf8)
        try compare(text, with: folder.appending(path: "expected.web.debug.config"))

        let once = try apply(text, to: source)
        try compare(once, with: folder.appending(path: "expected.web.config"))
        #expect(try apply(text, to: once) == once)

        let hidden = try WebDebugConfig(parsing: text, file: "web.debug.config")
        #expect(hidden.isGenerated)
        #expect(try hidden.secret().revealed == "SECRET")
        #expect(hidden.bringsEndpoint(to: try #require(config.hostKind)))

        // The result, fitted anew, is not changed any further: publishing over an earlier result adds nothing.
        let again = try WebConfig(parsing: once, file: "web.config")
        #expect(again.hostKind == config.hostKind)
        var pathsAgain = ServerPaths()
        pathsAgain.complete(from: again, rootFiles: ["runserver.py"])
        #expect(pathsAgain == paths)
        var second = transform
        second.paths = pathsAgain
        let fitted = Array(try second.text(for: again, host: try #require(again.hostKind)).utf8)
        #expect(try apply(fitted, to: once) == once)
    }

    private func apply(_ transform: [UInt8], to source: [UInt8]) throws -> [UInt8] {
        let outcome = try DocumentTransform(parsing: transform, file: "web.debug.config")
            .apply(to: source, file: "web.config")
        #expect(outcome.diagnostics.isEmpty)
        return outcome.output
    }

    private func compare(_ bytes: [UInt8], with file: URL) throws {
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try Data(bytes).write(to: file)
        }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }
}
