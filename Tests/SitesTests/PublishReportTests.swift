import Diagnostics
import Foundation
import Projects
import Sites
import Testing

struct PublishReportTests {
    private func report(_ files: [PublishReport.File], seconds: Double = 0.2) async throws -> PublishReport {
        var memory = DigestMemory()
        var plan = try await SitePlan.make(
            files: [SiteFile(SitePath("app.py"), bytes: [])],
            facts: PublishFacts(
                project: "site.pyproj", configuration: "Debug", host: "linux", siteURL: "https://example.com"),
            excluded: [.init(source: ".env", reason: "holds secrets")], isCaseSensitive: true, memory: &memory
        )
        plan.diagnostics = [
            .warning("w", "'x' is odd", at: .init(file: "x", line: 3, column: 1), hint: "look")
        ]
        return PublishReport(
            plan, to: "bin/publish", files: files, diagnostics: [.note("n", "ok")], seconds: seconds)
    }

    private func file(_ path: String, _ action: PublishReport.Action, source: String? = nil)
        -> PublishReport.File
    {
        .init(path: path, source: source, size: 1, sha256: "00", action: action)
    }

    @Test func `The report is the documented object`() async throws {
        let report = try await report([file("app.py", .add, source: "src/app.py"), file("old.py", .delete)])
        let object = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? NSDictionary
        let expected: NSDictionary = [
            "project": "site.pyproj", "configuration": "Debug", "host": "linux", "destination": "bin/publish",
            "siteURL": "https://example.com", "buildID": report.buildID, "seconds": 0.2,
            "files": [
                ["path": "app.py", "source": "src/app.py", "size": 1, "sha256": "00", "action": "add"],
                ["path": "old.py", "size": 1, "sha256": "00", "action": "delete"],
            ],
            "excluded": [["source": ".env", "reason": "holds secrets"]],
            "diagnostics": [
                [
                    "severity": "warning", "id": "w", "message": "'x' is odd", "file": "x", "line": 3,
                    "column": 1,
                    "hint": "look",
                ],
                ["severity": "note", "id": "n", "message": "ok"],
            ],
        ]
        #expect(object == expected)
    }

    @Test func `The summary counts what happened, and leaves out what did not`() async throws {
        let many = (0..<43).map { file("k\($0)", .keep) }
        let added = [file("a", .add), file("b", .add), file("c", .add), file("u", .update)]
        #expect(
            try await report(many + added).summary == "47 files: 3 added, 1 updated, 43 unchanged (0.2 s)")
        #expect(
            try await report([file("a", .keep), file("b", .delete)], seconds: 12.34).summary
                == "1 file: 1 unchanged, 1 deleted (12.3 s)")
        #expect(try await report([], seconds: 0).summary == "0 files (0.0 s)")
    }
}
