import Files
import Foundation
import Projects
import Sites
import SystemPackage
import Testing

struct DigestMemoryTests {
    let folder: TemporaryFolder
    let later: Int

    init() throws {
        folder = try TemporaryFolder()
        later = SitePlan.currentTime() + 10_000_000_000
    }

    private func digest(_ file: FilePath, _ memory: inout DigestMemory, now: Int? = nil) async throws
        -> ContentDigest?
    {
        try await SitePlan.make(
            files: [SiteFile(SitePath("a"), from: file, source: "a")],
            facts: PublishFacts(project: "p", configuration: "Debug", host: "linux"), isCaseSensitive: true,
            memory: &memory, now: now ?? later
        ).entries.first?.digest
    }

    /// Publishes once and then swaps the remembered digest, so that using it can be seen.
    private func forged(_ file: FilePath, now: Int? = nil) async throws -> DigestMemory {
        var memory = DigestMemory()
        let real = try #require(try await digest(file, &memory, now: now))
        let path = folder.path.appending("memory.txt")
        try memory.write(to: path)
        let text = (try? FileContents.text(path)) ?? ""
        try folder.write(
            "memory.txt", text.replacingOccurrences(of: real.hex, with: String(repeating: "0", count: 64)))
        return DigestMemory(reading: path)
    }

    @Test func `An unchanged file is not read again`() async throws {
        let file = try folder.write("a b.txt", "1")
        var memory = try await forged(file)
        #expect(try await digest(file, &memory)?.hex == String(repeating: "0", count: 64))
    }

    @Test func `A file that was written meanwhile is read, even when size and time are the same`()
        async throws
    {
        let file = try folder.write("a", "1")
        var memory = try await forged(file)
        let times = try #require(FileStatus(of: file)).stamp
        // Again until the clock of files has ticked.
        while FileStatus(of: file)?.stamp.changed == times.changed {
            try Data("2".utf8).write(to: URL(fileURLWithPath: file.string))
            let descriptor = try FileDescriptor.open(file, .readWrite)
            try descriptor.setModified(times.modified)
            try descriptor.close()
        }
        #expect(FileStatus(of: file)?.stamp.modified == times.modified)
        #expect(try await digest(file, &memory) == ContentDigest(of: [0x32]))
    }

    @Test func `A file written a moment ago is read again, since its time may not tell a second write`()
        async throws
    {
        let file = try folder.write("a", "1")
        var memory = try await forged(file, now: SitePlan.currentTime())
        #expect(try await digest(file, &memory) == ContentDigest(of: [0x31]))
    }

    @Test func `What is new is added, and a line that was cut short is left out`() async throws {
        let path = folder.path.appending("new").appending("memory.txt")
        let (first, second) = (try folder.write("a", "1"), try folder.write("b", "2"))
        var memory = DigestMemory(reading: path)
        let one = try await digest(first, &memory)
        try memory.write(to: path)
        let before = try FileContents.read(path)
        memory = DigestMemory(reading: path)
        let two = try await digest(second, &memory)
        try memory.write(to: path)
        let after = try FileContents.read(path)
        #expect(after.starts(with: before))
        #expect(after.count > before.count)
        // A memory with other digests shows what is taken from it.
        let text = String(decoding: after, as: UTF8.self)
        let forged = [one, two].compactMap { $0?.hex }.reduce(text) {
            $0.replacingOccurrences(of: $1, with: String(repeating: "0", count: 64))
        }
        try FileReplacement.write(Array(forged.utf8), to: path)
        memory = DigestMemory(reading: path)
        #expect(try await digest(first, &memory) != one)
        #expect(try await digest(second, &memory) != two)
        try FileReplacement.write(Array(forged.utf8.dropLast(1)), to: path)
        memory = DigestMemory(reading: path)
        #expect(try await digest(first, &memory) != one)
        #expect(try await digest(second, &memory) == two)
        try memory.write(to: path)
        memory = DigestMemory(reading: path)
        #expect(try await digest(second, &memory) == two)
    }

    @Test(arguments: [
        "", "nonsense", "ptvsd-publish digests 1\n1 2 3\n\u{FF}\nx 1 2 3 4 /a\n", "ptvsd-publish digests 2\n",
    ])
    func `A damaged memory knows nothing`(_ text: String) async throws {
        let file = try folder.write("a", "1")
        var memory = DigestMemory(reading: try folder.write("memory", text))
        #expect(try await digest(file, &memory) == ContentDigest(of: [0x31]))
    }

    @Test func `Digests are written as other programs write them`() throws {
        let digest = ContentDigest(of: Array("abc".utf8))
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(ContentDigest(hex: digest.hex) == digest)
        #expect(ContentDigest(hex: digest.hex.uppercased()) == digest)
        for text in [
            "", "12", String(digest.hex.dropLast()) + "g", digest.hex + "0",
            String(digest.hex.dropLast()) + "/",
        ] {
            #expect(ContentDigest(hex: text) == nil)
        }
    }
}
