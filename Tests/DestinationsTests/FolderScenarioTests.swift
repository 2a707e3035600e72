import Destinations
import Diagnostics
import Files
import Foundation
import Sites
import SystemPackage
import Testing

/// What happens to a target folder between two publishes, as a table.
struct FolderScenarioTests {
    /// One change to a target that was published before.
    enum Step: Sendable {
        case write(String, String)
        case touch(String)
        case remove(String)
        case makeFolder(String)
        case link(String, to: String)
        case chmod(String, UInt16)
    }

    struct Scenario: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var first: [String: String]
        var steps: [Step] = []
        var second: [String: String]
        var deletesExtraFiles = false
        var changes: [String: PublishReport.Action]
        /// What stands in the target at the end beside the second site.
        var beside: [String: String] = [:]
        /// The messages' beginning when it is refused; the target is then as the steps left it.
        var refusal: String?
    }

    static let scenarios = [
        Scenario(
            testDescription: "nothing changed", first: ["a": "1", "b/c": "2"],
            second: ["a": "1", "b/c": "2"],
            changes: [:]),
        Scenario(
            testDescription: "one of each", first: ["a": "1", "b": "2", "c/d": "3"],
            second: ["a": "1", "b": "9", "e/f": "4"], changes: ["b": .update, "e/f": .add, "c/d": .delete]),
        Scenario(
            testDescription: "the same size and other contents", first: ["a": "1"], second: ["a": "2"],
            changes: ["a": .update]),
        Scenario(
            testDescription: "somebody edited the target", first: ["a": "1"], steps: [.write("a", "x")],
            second: ["a": "1"], changes: ["a": .update]),
        Scenario(
            testDescription: "somebody touched the target", first: ["a": "1"], steps: [.touch("a")],
            second: ["a": "1"], changes: [:]),
        Scenario(
            testDescription: "somebody removed a file", first: ["a": "1", "b": "2"], steps: [.remove("b")],
            second: ["a": "1", "b": "2"], changes: ["b": .add]),
        Scenario(
            testDescription: "somebody removed everything", first: ["a": "1", "b/c": "2"],
            steps: [.remove("a"), .remove("b")], second: ["a": "1", "b/c": "2"],
            changes: ["a": .add, "b/c": .add]),
        Scenario(
            testDescription: "foreign files stay", first: ["a": "1"],
            steps: [.write("upload.txt", "u"), .write("d/e", "f")], second: [:], changes: ["a": .delete],
            beside: ["upload.txt": "u", "d/e": "f"]),
        Scenario(
            testDescription: "foreign files go when asked", first: ["a": "1"],
            steps: [.write("upload.txt", "u"), .write("d/e/f", "g"), .makeFolder("empty")],
            second: ["a": "1"],
            deletesExtraFiles: true, changes: ["upload.txt": .delete, "d/e/f": .delete]),
        Scenario(
            testDescription: "a foreign file that equals the site's becomes its own", first: [:],
            steps: [.write("a", "1")], second: ["a": "1"], changes: [:]),
        Scenario(
            testDescription: "a folder with a foreign file stays", first: ["d/a": "1", "d/e/b": "2"],
            steps: [.write("d/x", "mine")], second: ["k": "3"],
            changes: ["d/a": .delete, "d/e/b": .delete, "k": .add], beside: ["d/x": "mine"]),
        Scenario(
            testDescription: "the endpoint goes whole", first: ["a": "1", "ptvsd/__main__.py": "2"],
            steps: [.write("ptvsd/__pycache__/x.pyc", "c"), .write("ptvsd/run.log", "l")], second: ["a": "1"],
            changes: [
                "ptvsd/__main__.py": .delete, "ptvsd/__pycache__/x.pyc": .delete, "ptvsd/run.log": .delete,
            ]),
        Scenario(
            testDescription: "a foreign endpoint stays", first: ["a": "1"],
            steps: [.write("ptvsd/old.py", "o")],
            second: ["a": "1"], changes: [:], beside: ["ptvsd/old.py": "o"]),
        Scenario(
            testDescription: "compiled files go with their source", first: ["p/m.py": "1", "p/n.py": "2"],
            steps: [
                .write("p/__pycache__/m.cpython-311.pyc", "c"),
                .write("p/__pycache__/n.cpython-311.pyc", "c"),
            ],
            second: ["p/n.py": "2"],
            changes: ["p/m.py": .delete, "p/__pycache__/m.cpython-311.pyc": .delete],
            beside: ["p/__pycache__/n.cpython-311.pyc": "c"]),
        Scenario(
            testDescription: "a file becomes a folder", first: ["a": "1"], second: ["a/b": "2"],
            changes: ["a": .delete, "a/b": .add]),
        Scenario(
            testDescription: "a folder becomes a file", first: ["a/b": "1", "a/c/d": "2"], second: ["a": "3"],
            changes: ["a": .add, "a/b": .delete, "a/c/d": .delete]),
        Scenario(
            testDescription: "a foreign file in the place of a folder", first: [:],
            steps: [.write("a", "mine")],
            second: ["a/b": "1", "c": "2"], changes: [:], refusal: "'a' stands in the way"),
        Scenario(
            testDescription: "a foreign file in the place of a folder goes when asked", first: [:],
            steps: [.write("a", "mine")], second: ["a/b": "1"], deletesExtraFiles: true,
            changes: ["a": .delete, "a/b": .add]),
        Scenario(
            testDescription: "a foreign folder in the place of a file", first: [:],
            steps: [.write("a/b", "mine")], second: ["a": "1"], changes: [:],
            refusal: "'a/b' stands in the way"),
        Scenario(
            testDescription: "an empty folder in the place of a file", first: [:],
            steps: [.makeFolder("a/b")],
            second: ["a": "1"], changes: ["a": .add]),
        Scenario(
            testDescription: "a link in the place of a file is replaced, not followed", first: ["a": "1"],
            steps: [.write("other", "mine"), .remove("a"), .link("a", to: "other")], second: ["a": "1"],
            changes: ["a": .update], beside: ["other": "mine"]),
        Scenario(
            testDescription: "a link in the place of a folder is never followed", first: [:],
            steps: [.link("a", to: "../outside")], second: ["a/b": "1"], changes: [:],
            refusal: "'a' stands in the way"),
        Scenario(
            testDescription: "a link in the place of a folder goes when asked, what it leads to stays",
            first: [:],
            steps: [.link("a", to: "../outside")], second: ["a/b": "1"], deletesExtraFiles: true,
            changes: ["a": .delete, "a/b": .add]),
        Scenario(
            testDescription: "our files behind a link that somebody made stay",
            first: ["d/a": "1", "k": "2"],
            steps: [.remove("d"), .link("d", to: "../outside")], second: ["k": "2"], changes: [:],
            beside: ["d": "→ ../outside"]),
        Scenario(
            testDescription: "permissions come back", first: ["a": "1"], steps: [.chmod("a", 0o666)],
            second: ["a": "1"], changes: ["a": .update]),
        Scenario(
            testDescription: "a read-only target is made writable", first: ["d/a": "1", "d/b": "2"],
            steps: [.chmod("d/a", 0o444), .chmod("d", 0o555)], second: ["d/a": "9"],
            changes: ["d/a": .update, "d/b": .delete]),
        Scenario(
            testDescription: "odd names", first: ["ü ñ/日本.txt": "1"],
            second: ["ü ñ/日本.txt": "2", "a\nb": "3", "-rf": "4", "😀": "5"],
            changes: ["ü ñ/日本.txt": .update, "a\nb": .add, "-rf": .add, "😀": .add]),
    ]

    @Test(arguments: scenarios)
    func `The target is brought up to date`(_ scenario: Scenario) async throws {
        let publishing = try Publishing()
        try publishing.folder.write("outside/a", "1")
        let first = try await publishing.plan(scenario.first)
        try await publishing.publish(first)
        for step in scenario.steps { try take(step, in: publishing.target) }
        let before = try publishing.tree()
        let plan = try await publishing.plan(scenario.second)
        func publish(isDryRun: Bool) async throws -> PublishReport {
            try await publishing.publish(
                plan, isDryRun: isDryRun, deletesExtraFiles: scenario.deletesExtraFiles)
        }
        if let refusal = scenario.refusal {
            let failure = try await #require(throws: Failure.self) { _ = try await publish(isDryRun: false) }
            #expect(failure.diagnostics.allSatisfy { $0.message.hasPrefix(refusal) })
            #expect(try publishing.tree() == before)
        } else {
            let dry = try await publish(isDryRun: true)
            #expect(try publishing.tree() == before, "a dry run wrote something")
            let report = try await publish(isDryRun: false)
            #expect(report.changes == scenario.changes)
            #expect(report.files == dry.files)
            #expect(try publishing.tree() == scenario.second.merging(scenario.beside) { one, _ in one })
            #expect(
                try await publish(isDryRun: false).changes.isEmpty, "the second run found something to do")
        }
        #expect(try publishing.tree(publishing.folder.path.appending("outside")) == ["a": "1"])
    }

    private func take(_ step: Step, in root: FilePath) throws {
        func path(_ name: String) -> FilePath { FilePath(root.string + "/" + name) }
        switch step {
        case .write(let name, let text):
            try Folder.create(path(name).removingLastComponent())
            try Data(text.utf8).write(to: URL(fileURLWithPath: path(name).string))
            // Within one tick of the clock of files, a second write would leave no trace.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
                ofItemAtPath: path(name).string)
        case .touch(let name):
            try FileManager.default.setAttributes(
                [.modificationDate: Date()], ofItemAtPath: path(name).string)
        case .remove(let name): try FileManager.default.removeItem(atPath: path(name).string)
        case .makeFolder(let name): try Folder.create(path(name))
        case .link(let name, let target):
            try FileManager.default.createSymbolicLink(atPath: path(name).string, withDestinationPath: target)
        case .chmod(let name, let mode):
            try FileManager.default.setAttributes(
                [.posixPermissions: NSNumber(value: mode)], ofItemAtPath: path(name).string)
        }
    }
}
