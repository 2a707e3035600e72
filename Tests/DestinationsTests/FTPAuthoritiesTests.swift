import Diagnostics
import Files
import SystemPackage
import Testing

@testable import Destinations

struct FTPAuthoritiesTests {
    private let one = "-----BEGIN CERTIFICATE-----\nb25l\n-----END CERTIFICATE-----"
    private let other = "-----BEGIN CERTIFICATE-----\nb3RoZXI=\n-----END CERTIFICATE-----\n"

    /// What `curl` is told, and what stands in the file.
    private func told(
        _ authorities: (TemporaryFolder) -> FTPAuthorities, system: String? = nil
    ) throws -> (told: FTPAuthorities.Told?, text: String?, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        try folder.write("one.pem", one)
        try folder.write("other.pem", other)
        try folder.write("none.pem", "no certificate\n")
        let systemFiles =
            [folder.path.appending("missing.pem")] + (system.map { [folder.path.appending($0)] } ?? [])
        let told = try authorities(folder).told(in: folder.path, systemFiles: systemFiles)
        return (told, try told.map { try FileContents.text($0.file) }, folder)
    }

    @Test func `Without an option nothing is told`() throws {
        #expect(try told({ _ in FTPAuthorities() }, system: "one.pem").told == nil)
    }

    @Test func `A file that takes the place of the system's authorities leaves none of them`() throws {
        let (told, text, folder) = try told { FTPAuthorities(replacement: $0.path.appending("one.pem")) }
        #expect(told == .init(file: folder.path.appending("one.pem"), folder: folder.path))
        #expect(text == one)
    }

    @Test func `A file that is named is believed besides the system's`() throws {
        let (told, text, folder) = try told(
            { FTPAuthorities(additional: $0.path.appending("other.pem")) }, system: "one.pem")
        #expect(text == one + "\n" + other)
        #expect(told?.folder == folder.path)
    }

    @Test func `It is believed besides the file that takes the place of the system's`() throws {
        let (_, text, _) = try told(
            {
                FTPAuthorities(
                    replacement: $0.path.appending("other.pem"), additional: $0.path.appending("one.pem"))
            }, system: "none.pem")
        #expect(text == other + "\n" + one)
    }

    @Test func `Where the system keeps no file, its folder counts as before`() throws {
        let (told, text, _) = try told { FTPAuthorities(additional: $0.path.appending("one.pem")) }
        #expect(text == "\n" + one)
        #expect(told?.folder == nil)
    }

    @Test(arguments: ["none.pem", "absent.pem"])
    func `A file without certificates is named`(name: String) throws {
        let failure = try #require(throws: Failure.self) {
            try told({ FTPAuthorities(additional: $0.path.appending(name)) }, system: "one.pem")
        }
        #expect(failure.reason == .badInput)
        #expect(failure.diagnostics.first?.message.contains(name) == true)
        #expect(failure.diagnostics.first?.hint == "look at what '--ca-file' names")
    }

    @Test(arguments: ["none.pem", "absent.pem"])
    func `So is the variable that names it`(name: String) throws {
        let failure = try #require(throws: Failure.self) {
            try told {
                FTPAuthorities(
                    replacement: $0.path.appending(name), additional: $0.path.appending("one.pem"))
            }
        }
        #expect(failure.diagnostics.first?.hint == "look at what 'SSL_CERT_FILE' names")
    }
}
