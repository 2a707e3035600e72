import Destinations
import Diagnostics
import Files
import Foundation
import Projects
import Sites
import SystemPackage
import Testing

/// Zips as other programs read them.
struct ZipDestinationTests {
    let publishing: Publishing
    var zip: FilePath { publishing.folder.path.appending("site.zip") }

    init() throws {
        publishing = try Publishing()
    }

    private static let listing = """
        import json, sys, zipfile
        archive = zipfile.ZipFile(sys.argv[1])
        assert archive.testzip() is None
        print(json.dumps([[i.filename, list(i.date_time), i.compress_type, i.file_size, i.compress_size,
                           oct(i.external_attr >> 16), i.flag_bits] for i in archive.infolist()]))
        """

    /// What Python's zipfile says about each entry, after it has checked every sum.
    private func entries() throws -> [[String]] {
        let (status, output) = try run("python3", ["-c", Self.listing, zip.string])
        try #require(status == 0, Comment(rawValue: output))
        let entries = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[Any]] ?? []
        return entries.map { $0.map { "\($0)" } }
    }

    private func bytes(_ count: Int, from alphabet: ClosedRange<UInt8>) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: alphabet, using: &generator) }
    }

    @Test func `unzip, bsdtar and Python read every kind of entry`() async throws {
        var texts = [
            "web.config": "<a/>", "empty": "", "ü/日本 😀.txt": "names",
            "a.txt": String(repeating: "x", count: 9999),
        ]
        texts["run.sh"] = "#!/bin/sh"
        let random = try publishing.folder.write("project/random.bin", bytes(3 << 20, from: 0...255))
        try publishing.folder.write("project/text.txt", bytes(3 << 20, from: 0x61...0x64))
        let plan = try await publishing.plan(
            texts, sources: ["random.bin", "text.txt"], modes: ["run.sh": .executable])
        try await publishing.publish(plan, to: zip)
        #expect(try run("unzip", ["-tq", zip.string]).0 == 0)
        let out = publishing.folder.path.appending("out")
        try Folder.create(out)
        // It writes names in the character set of the locale.
        let locale = "LC_ALL=\(FileKind(of: "/proc") == nil ? "en_US.UTF-8" : "C.UTF-8")"
        #expect(try run("env", [locale, "bsdtar", "-xf", zip.string, "-C", out.string]).0 == 0)
        #expect(try FileContents.read(out.appending("random.bin")) == FileContents.read(random))
        #expect(
            try FileContents.read(out.appending("text.txt"))
                == FileContents.read(publishing.project.appending("text.txt")))
        #expect(FileStatus(of: out.appending("run.sh"))?.permissions.contains(.ownerExecute) == true)
        #expect(try FileContents.text(out.appending("ü").appending("日本 😀.txt")) == "names")
        let found = try entries()
        #expect(found.map { $0[0] } == plan.entries.map(\.name))
        let methods = Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[2]) })
        #expect(methods["random.bin"] == "0")
        #expect(methods["empty"] == "0")
        #expect(methods["text.txt"] == "8")
        #expect(methods["a.txt"] == "8")
        #expect(found.first { $0[0] == "run.sh" }?[5] == "0o100755")
        #expect(found.allSatisfy { (Int($0[6]) ?? 0) & 0x800 != 0 })
    }

    @Test func `A zip that is none of this site's is replaced only when told`() async throws {
        let plan = try await publishing.plan(["app.py": "1", "web.config": "<a/>"])
        let other = try await publishing.plan(["photo.jpg": "1"])
        for isDryRun in [true, false] {
            try await publishing.publish(other, to: publishing.folder.path.appending("other.zip"))
            try FileManager.default.moveItem(
                atPath: publishing.folder.path.appending("other.zip").string, toPath: zip.string)
            let before = try FileContents.read(zip)
            let failure = await #expect(throws: Failure.self) {
                try await publishing.publish(plan, to: zip, isDryRun: isDryRun)
            }
            #expect(failure?.diagnostics.map(\.id) == ["destination-obstacle"])
            #expect(try FileContents.read(zip) == before)
            try await publishing.publish(plan, to: zip, isDryRun: isDryRun, deletesExtraFiles: true)
            #expect(try (FileContents.read(zip) == before) == isDryRun)
            unlink(zip.string)
        }
    }

    @Test(arguments: [["app.py": "0"], ["archive.xml": "<a/>", "Content/C_C/app.py": "0"]])
    func `A zip of the site that nobody remembers is replaced`(texts: [String: String]) async throws {
        let (plan, old) = (try await publishing.plan(["app.py": "1"]), try await publishing.plan(texts))
        try await publishing.publish(old, to: publishing.folder.path.appending("old.zip"))
        try FileManager.default.moveItem(
            atPath: publishing.folder.path.appending("old.zip").string, toPath: zip.string)
        try await publishing.publish(plan, to: zip)
        #expect(try entries().map { $0[0] } == ["app.py"])
        // Nothing is lost with an empty file, and what stands in the place of a remembered zip was meant to go.
        for bytes in ["", "x"] {
            try FileReplacement.write(Array(bytes.utf8), to: zip)
            try await publishing.publish(plan, to: zip)
            #expect(try entries().map { $0[0] } == ["app.py"])
        }
    }

    @Test func `A large file is compressed part by part, whatever it holds`() async throws {
        // Larger than what is compressed in one piece, of parts that compress and parts that do not, and no round size.
        let random = bytes(1 << 20, from: 0...255)
        let blocks = [random.map { $0 & 3 + 0x61 }, random + random + random]
        var contents: [UInt8] = []
        while contents.count < 33 << 20 { contents += blocks[contents.count % 2] + [1] }
        let large = try publishing.folder.write("project/large.bin", contents)
        let plan = try await publishing.plan(["a.txt": "1", "z.txt": "2"], sources: ["large.bin"])
        try await publishing.publish(plan, to: zip)
        #expect(try entries().map { [$0[0], $0[2], $0[3]] }[1] == ["large.bin", "8", "\(contents.count)"])
        #expect(try #require(FileStatus(of: zip)).stamp.size < contents.count * 9 / 10)
        #expect(try run("unzip", ["-tq", zip.string]).0 == 0)
        let out = publishing.folder.path.appending("out")
        try Folder.create(out)
        #expect(try run("bsdtar", ["-xf", zip.string, "-C", out.string]).0 == 0)
        #expect(try run("cmp", [out.appending("large.bin").string, large.string]).0 == 0)
        #expect(try FileContents.text(out.appending("z.txt")) == "2")
        let first = try FileContents.read(zip)
        #expect(
            try await publishing.destination(zip).contents(of: try SitePath("large.bin"))?.count
                == contents.count)
        try FileManager.default.removeItem(atPath: zip.string)
        try await publishing.publish(plan, to: zip)
        #expect(try FileContents.read(zip) == first)
    }

    @Test func `Other contents have another time, the same contents the same, never in the future`()
        async throws
    {
        let texts = Dictionary(uniqueKeysWithValues: (0..<2000).map { ("f\($0).txt", "\($0 / 2)") })
        try await publishing.publish(publishing.plan(texts), to: zip)
        let first = try entries()
        let times = Dictionary(grouping: first) { texts[$0[0]] ?? "" }.mapValues { Set($0.map { $0[1] }) }
        #expect(times.values.allSatisfy { $0.count == 1 })
        #expect(Set(times.values.compactMap(\.first)).count == 1000)
        let years = first.compactMap {
            $0[1].split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
        }
        #expect(years.count == 2000)
        #expect(years.allSatisfy { (2000...2020).contains($0) })
        #expect(Set(years).count == 21)
    }

    @Test func `The same site gives the same bytes, and an unchanged one is left alone`() async throws {
        let texts = Dictionary(
            uniqueKeysWithValues: (0..<300).map {
                ("d\($0 % 7)/f\($0).py", String(repeating: "\($0) ", count: $0))
            })
        let plan = try await publishing.plan(texts)
        #expect(try await publishing.publish(plan, to: zip).count(.add) == 300)
        let bytes = try FileContents.read(zip)
        let stamp = FileStatus(of: zip)?.stamp
        #expect(try await publishing.publish(plan, to: zip).count(.keep) == 300)
        #expect(FileStatus(of: zip)?.stamp == stamp)
        try FileManager.default.removeItem(atPath: zip.string)
        #expect(try await publishing.publish(plan, to: zip, isDryRun: true).count(.add) == 300)
        #expect(FileKind(of: zip) == nil)
        #expect(try await publishing.publish(plan, to: zip).count(.add) == 300)
        #expect(try FileContents.read(zip) == bytes)
    }

    @Test func `A changed site is reported file by file and written anew`() async throws {
        try await publishing.publish(publishing.plan(["a": "1", "b": "2", "c": "3"]), to: zip)
        let plan = try await publishing.plan(["a": "1", "b": "9", "d": "4"])
        let changes: [String: PublishReport.Action] = ["b": .update, "c": .delete, "d": .add]
        #expect(try await publishing.publish(plan, to: zip, isDryRun: true).changes == changes)
        #expect(try await publishing.publish(plan, to: zip).changes == changes)
        #expect(try entries().map { $0[0] } == ["a", "b", "d"])
        // Another mode alone changes the zip as well.
        let other = try await publishing.plan(["a": "1", "b": "9", "d": "4"], modes: ["a": .executable])
        try await publishing.publish(other, to: zip)
        #expect(try entries().first?[5] == "0o100755")
    }

    @Test func `A zip that somebody changed is written again`() async throws {
        let plan = try await publishing.plan(["a": "1"])
        try await publishing.publish(plan, to: zip)
        let bytes = try FileContents.read(zip)
        try FileReplacement.write(Array(bytes.dropLast(3)), to: zip)
        try await publishing.publish(plan, to: zip)
        #expect(try FileContents.read(zip) == bytes)
    }

    @Test func `More than 65,535 files fit`() async throws {
        let count = 66_000
        let files = try (0..<count).map {
            SiteFile(try SitePath("d\($0 % 100)/\($0)"), bytes: [UInt8($0 % 251)])
        }
        var memory = DigestMemory()
        let plan = try await SitePlan.make(
            files: files, facts: PublishFacts(project: "p", configuration: "Debug", host: "linux"),
            isCaseSensitive: true, memory: &memory)
        try await publishing.publish(plan, to: zip)
        #expect(try run("unzip", ["-tq", zip.string]).0 == 0)
        #expect(try entries().count == count)
        let (status, output) = try run("sh", ["-c", "bsdtar -tf '\(zip)' | wc -l"])
        #expect(status == 0)
        #expect(output.trimmingCharacters(in: .whitespacesAndNewlines) == "\(count)")
    }

    @Test func `A folder in the place of the zip is named`() async throws {
        try Folder.create(zip)
        let failure = try await #require(throws: Failure.self) {
            try await publishing.publish(publishing.plan(["a": "1"]), to: zip)
        }
        #expect(failure.diagnostics.map(\.id) == ["destination-is-folder"])
    }

    @Test func `A failed zip leaves the old one and no leftovers, and a killed one's go`() async throws {
        try await publishing.publish(publishing.plan(["a": "1"]), to: zip)
        let bytes = try FileContents.read(zip)
        let file = try publishing.folder.write("project/b", "1")
        let plan = try await publishing.plan(["a": "1"], sources: ["b"])
        try Data("22".utf8).write(to: URL(fileURLWithPath: file.string))
        await #expect(throws: Failure.self) { try await publishing.publish(plan, to: zip) }
        #expect(try FileContents.read(zip) == bytes)
        try publishing.folder.write(".ptvsd-publish-site.zip-1.tmp", "left")
        try await publishing.publish(publishing.plan(["a": "2"]), to: zip)
        #expect(try Folder.names(in: publishing.folder.path) == ["project", "site.zip", "state"])
    }
}
