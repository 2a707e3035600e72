import Diagnostics
import Files
import Foundation
import SystemPackage
import Testing

/// Publishes in a process of its own that is killed, or runs out of room.
struct InterruptionTests {
    let folder: TemporaryFolder
    let probe: String

    init() throws {
        folder = try TemporaryFolder()
        probe = try Probe.path()
    }

    private func path(_ name: String) -> String { folder.path.string + "/" + name }

    /// Writes a site whose every file tells its version in every line.
    private func writeSite(_ name: String, version: Int, files: Int = 150, lines: Int = 400) throws {
        for index in 0..<files where index % 10 != version % 10 {
            let file = path("\(name)/d\(index % 9)/f\(index).txt")
            try Folder.create(FilePath(file).removingLastComponent())
            try Data(String(repeating: "version \(version)\n", count: lines).utf8).write(
                to: URL(fileURLWithPath: file))
        }
        try Data("version \(version)\n".utf8).write(to: URL(fileURLWithPath: path("\(name)/web.config")))
    }

    private func files(_ name: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        let root = path(name)
        for file in try FileManager.default.subpathsOfDirectory(atPath: root)
        where FileKind(of: FilePath("\(root)/\(file)")) == .regular {
            found[file] = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(file)"))
        }
        return found
    }

    @Test(arguments: ["target", "target.zip"])
    func `Killed at any moment, each file is old or new, and the next run heals`(_ target: String) throws {
        try writeSite("one", version: 1)
        try writeSite("two", version: 2)
        let sites = [try files("one"), try files("two")]
        #expect(try run(probe, [path("two"), path(target), path("state")]).0 == 0)
        let start = ContinuousClock.now
        #expect(try run(probe, [path("one"), path(target), path("state")]).0 == 0)
        // How late a run is killed at most: less after one that was over by then, so that a busy machine does not
        // decide how many are hit.
        var latest = UInt32((ContinuousClock.now - start) / .microseconds(1))
        var (killed, mixed, whole) = (0, 0, 0)
        for round in 0..<50 {
            let (old, new) = round.isMultiple(of: 2) ? (sites[0], sites[1]) : (sites[1], sites[0])
            let source = path(round.isMultiple(of: 2) ? "two" : "one")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: probe)
            process.arguments = [source, path(target), path("state")]
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            if round % 4 < 2 || target.hasSuffix(".zip") {
                usleep(.random(in: 0...latest))
            } else {
                // The renames take a few milliseconds, which a random moment hardly ever hits.
                waitForChange(of: "\(target)/d0/f0.txt", while: process)
            }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { killed += 1 } else { latest /= 2 }
            let found = try contents(target)
            for (name, bytes) in found
            where !name.hasPrefix(".ptvsd-publish-") && !name.contains("/.ptvsd-publish-") {
                #expect(bytes == old[name] || bytes == new[name], "\(name) is neither old nor new")
            }
            if found == old || found == new { whole += 1 } else { mixed += 1 }
            let (status, output) = try run(probe, [source, path(target), path("state")])
            #expect(status == 0, Comment(rawValue: output))
            #expect(try contents(target) == new)
            if target.hasSuffix(".zip") {
                #expect(try Folder.names(in: folder.path).allSatisfy { !$0.hasPrefix(".ptvsd-publish-") })
            }
        }
        // A run that is never hit would prove nothing.
        #expect(killed > 0)
        print("\(target): \(killed) of 50 killed, \(whole) left whole, \(mixed) in between")
    }

    /// Waits until `file` is replaced, or the process has ended.
    private func waitForChange(of file: String, while process: Process) {
        let before = FileStatus(of: FilePath(path(file)))?.stamp.inode
        while process.isRunning, FileStatus(of: FilePath(path(file)))?.stamp.inode == before { usleep(50) }
    }

    private func contents(_ target: String) throws -> [String: Data] {
        guard target.hasSuffix(".zip") else { return try files(target) }
        try? FileManager.default.removeItem(atPath: path("unzipped"))
        let (status, output) = try run("unzip", ["-q", path(target), "-d", path("unzipped")])
        try #require(status == 0, Comment(rawValue: output))
        return try files("unzipped")
    }

    @Test(arguments: ["target", "target.zip"])
    func `Where no more fits, the old site stays whole`(_ target: String) throws {
        try writeSite("one", version: 1, files: 20)
        try writeSite("two", version: 2, files: 20)
        for index in 0..<4 {
            try folder.write("two/big\(index).bin", (0..<100_000).map { _ in UInt8.random(in: 0...255) })
        }
        #expect(try run(probe, [path("one"), path(target), path("state")]).0 == 0)
        let before = try contents(target)
        // The limit of blocks per file stands in for the end of a disk, for every user on every system.
        let limited = "trap '' XFSZ; ulimit -f 64; exec \"$@\""
        let (status, output) = try run(
            "bash", ["-c", limited, "bash", probe, path("two"), path(target), path("state")])
        #expect(status == 1)
        #expect(output.contains("cannot be written"))
        #expect(output.contains("free some space"))
        #expect(try contents(target) == before)
        #expect(try run(probe, [path("two"), path(target), path("state")]).0 == 0)
        #expect(try contents(target) == files("two"))
    }

    /// Not every root may mount: that of a container may not.
    private static func mayMount() -> Bool {
        guard getuid() == 0, FileKind(of: "/proc/mounts") != nil, let folder = try? TemporaryFolder() else {
            return false
        }
        let place = folder.path.string
        guard let tried = try? run("mount", ["-t", "tmpfs", "tmpfs", place]), tried.0 == 0 else {
            return false
        }
        return (try? run("umount", [place]))?.0 == 0
    }

    @Test(.enabled("mounting needs root on Linux") { mayMount() })
    func `On a full disk the old site stays whole, and more room heals`() throws {
        try writeSite("one", version: 1, files: 20)
        try writeSite("two", version: 2, files: 300, lines: 1000)
        try Folder.create(FilePath(path("disk")))
        let (mounted, reason) = try run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path("disk")])
        try #require(mounted == 0, Comment(rawValue: reason))
        defer { _ = try? run("umount", [path("disk")]) }
        #expect(try run(probe, [path("one"), path("disk/site"), path("state")]).0 == 0)
        let before = try files("disk/site")
        let (status, output) = try run(probe, [path("two"), path("disk/site"), path("state")])
        #expect(status == 1)
        #expect(output.contains("No space left on device"))
        #expect(try files("disk/site") == before)
        #expect(try run("mount", ["-o", "remount,size=64m", path("disk")]).0 == 0)
        #expect(try run(probe, [path("two"), path("disk/site"), path("state")]).0 == 0)
        #expect(try files("disk/site") == files("two"))
    }
}
