import Files
import Foundation
import SystemPackage
import Testing

/// The memory of a publish, which is not to grow with the files.
struct MemoryTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    // A process takes over the peak of the one that starts it, so that a small one of its own has to.
    private static let peak = """
        import resource, subprocess, sys
        subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(peak >> 20 if sys.platform == "darwin" else peak >> 10)
        """

    /// The most memory in MiB that publishing a file of `megabytes` takes.
    private func peak(of megabytes: Int, to target: String) throws -> Int {
        let site = folder.path.appending("site")
        try Folder.create(site)
        let block = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 / 7 &* $0) }
        let file = try FileDescriptor.open(
            site.appending("large.bin"), .writeOnly, options: [.create, .truncate],
            permissions: .ownerReadWrite)
        for _ in 0..<megabytes { try file.writeAll(block) }
        try file.close()
        let places = ["site", target, "state"].map { folder.path.appending($0).string }
        let (status, output) = try run("python3", ["-c", Self.peak, try Probe.path()] + places)
        try #require(status == 0, Comment(rawValue: output))
        return try #require(Int(output.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test(arguments: ["target", "target.zip"])
    func `A file that is four times as large takes no more memory`(_ target: String) throws {
        let (small, large) = (try peak(of: 48, to: target), try peak(of: 192, to: target))
        #expect(large < small + 32)
        #expect(large < 160)
    }
}
