import Testing

@testable import Destinations

struct FTPListingTests {
    private func machine(_ text: String) -> [FTPListing.Entry] {
        FTPListing(machine: Array(text.utf8)).entries.values.sorted { $0.name < $1.name }
    }

    private func human(_ text: String) -> [FTPListing.Entry] {
        FTPListing(human: Array(text.utf8)).entries.values.sorted { $0.name < $1.name }
    }

    @Test func `A listing for programs tells kind, size and time`() {
        let found = machine(
            "modify=20261126094626;type=cdir;UNIX.mode=0755; .\r\ntype=pdir; ..\r\n"
                + "Type=file;Size=12;Modify=20261126094626.123; with blanks.txt\r\n"
                + "type=dir;sizd=4096; static\r\ntype=OS.unix=slink:/etc/passwd;size=9; link\n")
        #expect(
            found == [
                .init(name: "link", isFolder: false, size: nil, modified: nil),
                .init(name: "static", isFolder: true, size: nil, modified: nil),
                .init(name: "with blanks.txt", isFolder: false, size: 12, modified: 20_261_126_094_626),
            ])
    }

    @Test func `A listing as Unix servers write it`() {
        let found = human(
            "total 8\r\ndrwxr-xr-x   2 site     group        4096 Nov 26 09:46 .\r\n"
                + "-rw-r--r--   1 site     group           3 Nov 26 09:46  two  blanks\r\n"
                + "-rw-------+  1 1000 1000 1234567890123 Jan  1  2024 web.config\r\n"
                + "drwxr-xr-x   2 site     group        4096 Nov 26 09:46 static\r\n"
                + "lrwxrwxrwx   1 site     group          11 Nov 26 09:46 link -> /etc/passwd\r\n")
        #expect(
            found == [
                .init(name: " two  blanks", isFolder: false, size: 3),
                .init(name: "link", isFolder: false, size: nil),
                .init(name: "static", isFolder: true, size: nil),
                .init(name: "web.config", isFolder: false, size: 1_234_567_890_123),
            ])
    }

    @Test func `A listing as IIS writes it`() {
        let found = human(
            "11-26-26  09:42AM       <DIR>          static\r\n11-26-2026  09:42PM                 1234 Web.config\r\n"
                + "01-02-26  10:00AM                    0 a b.txt\r\n")
        #expect(
            found == [
                .init(name: "Web.config", isFolder: false, size: 1234),
                .init(name: "a b.txt", isFolder: false, size: 0),
                .init(name: "static", isFolder: true, size: nil),
            ])
    }

    @Test(arguments: ["..", ".", "../../etc/passwd", "a/b", #"a\b"#, "a\u{1}b", "a\u{7F}"])
    func `Names that no path can hold are left out`(_ name: String) {
        #expect(machine("type=file;size=1; \(name)\r\n") == [])
        #expect(human("-rw-r--r--   1 a b 1 Nov 26 09:46 \(name)\r\n") == [])
    }

    @Test func `Bytes that are no text, and lines that say nothing, are left out`() {
        let bytes =
            Array("type=file;size=1; ".utf8) + [0xFF, 0xFE, 10] + Array("no facts\ntype=file\n; x\n".utf8)
        #expect(FTPListing(machine: bytes).entries.isEmpty)
        #expect(FTPListing(human: bytes).entries.isEmpty)
    }
}
