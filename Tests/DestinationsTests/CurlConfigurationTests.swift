import Diagnostics
import Projects
import SystemPackage
import Testing

@testable import Destinations

struct CurlConfigurationTests {
    private func configuration(_ address: String, _ password: String = "p") throws -> CurlConfiguration {
        CurlConfiguration(
            address: try FTPAddress(address),
            credentials: Credentials(user: #"site\$site"#, password: Password(password)),
            encryption: .explicit,
            connection: FTPConnectionOptions())
    }

    @Test func `Values are quoted so that curl reads them as they are`() {
        #expect(CurlConfiguration.line("user", #"a:b"c\d #1"#) == #"user = "a:b\"c\\d #1""# + "\n")
        #expect(CurlConfiguration.escaped("a\nb\rc\td\u{0B}") == #"a\nb\rc\td\v"#)
    }

    @Test func `Names are encoded in URLs and plain in commands`() throws {
        let text = try configuration("ftp://h:2121/www").text(
            for: [
                CurlOperation(
                    transfer: .upload("/tmp/x", resumes: true), path: "www/a b#ü[1]{2}%",
                    commands: ["RNFR www/a b#ü"],
                    name: "x")
            ], stopsAtFailure: true)
        #expect(text.contains(#"url = "ftp://h:2121/www/a%20b%23%C3%BC%5B1%5D%7B2%7D%25""#))
        #expect(text.contains(#"quote = "RNFR www/a b#ü""#))
        #expect(text.contains("fail-early\n") && text.contains("globoff\n") && text.contains("ssl-reqd\n"))
        #expect(text.contains(#"continue-at = "-""#))
        #expect(!text.contains("next\n"))
    }

    @Test func `Each operation carries everything, since curl forgets it at each next`() throws {
        let nothing = CurlOperation(transfer: .nothing, path: "", commands: ["DELE x"], name: "x")
        let text = try configuration("ftps://h").text(for: [nothing, nothing], stopsAtFailure: false)
        #expect(text.split(separator: "next\n").count == 2)
        #expect(text.split(separator: "\n").count { $0 == #"user = "site\\$site:p""# } == 2)
        #expect(!text.contains("fail-early"))
    }

    @Test func `What curl reports is read, and nothing else is taken for it`() {
        #expect(
            CurlOperation.Outcome.reading("@ptvsd 3 25 550 000 Failed FTP upload: 550")?.outcome
                == .init(code: 25, reply: 550, message: "Failed FTP upload: 550"))
        #expect(CurlOperation.Outcome.reading("@ptvsd 0 56 0 407 x")?.outcome.connect == 407)
        #expect(CurlOperation.Outcome.reading("@ptvsd 0 0 226 0 ")?.index == 0)
        #expect(CurlOperation.Outcome.reading("curl: (6) x") == nil)
        #expect(CurlOperation.Outcome.reading("@ptvsd x 0 0 0") == nil)
    }

    @Test(arguments: [
        ("  0  3072k    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--     0", 0),
        (" 12 3072k    0     0   12  384k      0   190k  0:00:16  0:00:02  0:00:14  190k", 384 << 10),
        (" 50 24.6M    0     0   50 12.3M      0  6144k  0:00:04  0:00:02  0:00:02 6144k", 12_897_485),
        ("100 65536    0     0  100 65536      0  64000  0:00:01  0:00:01 --:--:-- 64000", 65_536),
        // From curl 8.18 on.
        ("  0  3.00M   0      0   0      0      0      0                              0", 0),
        (" 29 15.02M   0      0  29  4.41M      0  4.41M   00:03           00:03  4.41M", 4_624_220),
        ("100 251.8k   0      0 100 251.8k      0  51082   00:05   00:05", 257_843),
    ])
    func `How far an upload has come is read from the meter`(line: String, bytes: Int) {
        #expect(CurlMeter.sent(line) == bytes)
    }

    @Test(arguments: [
        "", "curl: (6) x", "@ptvsd 0 0 226 0 ",
        "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current",
        "1 2 3 4 5 6 7", "curl: 1 2 3 4 5 6 7 8",
        " 12 3072k    0     0   12  inf      0   190k  0:00:16  0:00:02  0:00:14  190k",
        " 12 3072k    0     0   12  -1k      0   190k  0:00:16  0:00:02  0:00:14  190k",
        " 12 3072k    0     0   12  9e300P   0   190k  0:00:16  0:00:02  0:00:14  190k",
    ])
    func `Nothing else is taken for the meter`(line: String) {
        #expect(CurlMeter.sent(line) == nil)
    }

    struct Row: CustomTestStringConvertible {
        let code: Int
        let reply: Int
        let id: String
        var testDescription: String { "\(code) \(reply)" }
    }

    @Test(arguments: [
        Row(code: 6, reply: 0, id: "host-not-found"), Row(code: 7, reply: 0, id: "connection-refused"),
        Row(code: 67, reply: 530, id: "login-refused"), Row(code: 60, reply: 234, id: "certificate-refused"),
        Row(code: 35, reply: 234, id: "tls-failed"), Row(code: 64, reply: 502, id: "ftp-without-tls"),
        Row(code: 70, reply: 452, id: "remote-full"), Row(code: 25, reply: 552, id: "remote-full"),
        Row(code: 25, reply: 550, id: "remote-not-written"),
        Row(code: 21, reply: 553, id: "remote-not-written"),
        Row(code: 28, reply: 0, id: "remote-silent"), Row(code: 56, reply: 150, id: "connection-lost"),
        Row(code: 26, reply: 0, id: "source-unreadable"), Row(code: 2, reply: 0, id: "curl-too-old"),
    ])
    func `Each end of curl is one sentence without the password`(_ row: Row) throws {
        let failures = FTPFailures(address: try FTPAddress("ftp://h"), user: "me")
        let operation = CurlOperation(transfer: .upload("/x", resumes: false), path: "x", name: "x")
        let failure = failures.failure(.init(code: row.code, reply: row.reply, message: ""), of: operation)
        #expect(failure.diagnostics.map(\.id) == [row.id])
        #expect(failure.diagnostics.allSatisfy { $0.hint != nil })
    }
}
