import Diagnostics
import Testing

@testable import Destinations

struct FTPAddressTests {
    struct Row: CustomTestStringConvertible {
        let written: String
        let text: String
        let port: Int
        let user: String?
        let folders: [String]
        var isImplicit = false
        var isAbsolute = false
        var testDescription: String { written }
    }

    static let rows = [
        Row(written: "ftp://h", text: "ftp://h", port: 21, user: nil, folders: []),
        Row(written: "FTP://Host/a/b/", text: "ftp://host/a/b", port: 21, user: nil, folders: ["a", "b"]),
        Row(written: "host/www", text: "ftp://host/www", port: 21, user: nil, folders: ["www"]),
        Row(written: "ftps://h/", text: "ftps://h", port: 990, user: nil, folders: [], isImplicit: true),
        Row(
            written: "ftps://h:990/x", text: "ftps://h/x", port: 990, user: nil, folders: ["x"],
            isImplicit: true),
        Row(written: "ftps://h:21/x", text: "ftps://h:21/x", port: 21, user: nil, folders: ["x"]),
        Row(written: "ftpes://h:2121", text: "ftpes://h:2121", port: 2121, user: nil, folders: []),
        Row(written: "ftp://me@h/x", text: "ftp://me@h/x", port: 21, user: "me", folders: ["x"]),
        Row(
            written: #"ftps://site\$site@waws.ftp.azurewebsites.windows.net/site/wwwroot"#,
            text: #"ftps://site\$site@waws.ftp.azurewebsites.windows.net/site/wwwroot"#, port: 990,
            user: #"site\$site"#, folders: ["site", "wwwroot"], isImplicit: true),
        Row(written: "ftp://a%40b@h/x", text: "ftp://a%40b@h/x", port: 21, user: "a@b", folders: ["x"]),
        Row(written: "ftp://[::1]:2121/x", text: "ftp://[::1]:2121/x", port: 2121, user: nil, folders: ["x"]),
        Row(
            written: "ftp://h//srv/x", text: "ftp://h//srv/x", port: 21, user: nil, folders: ["srv", "x"],
            isAbsolute: true),
        Row(
            written: "ftp://h/%2Fsrv", text: "ftp://h//srv", port: 21, user: nil, folders: ["srv"],
            isAbsolute: true),
        Row(
            written: "ftp://h/a b;c?d#e", text: "ftp://h/a%20b%3Bc%3Fd%23e", port: 21, user: nil,
            folders: ["a b;c?d#e"]),
    ]

    @Test(arguments: rows) func `An address is read, and written so that it is read the same`(_ row: Row)
        throws
    {
        for text in [row.written, row.text] {
            let address = try FTPAddress(text)
            #expect(address.text == row.text)
            #expect(address.port == row.port)
            #expect(address.user == row.user)
            #expect(address.folders == row.folders)
            #expect(address.isImplicit == row.isImplicit)
            #expect(address.isAbsolute == row.isAbsolute)
        }
    }

    @Test(arguments: [
        "ftp://", "http://h/x", "ftp://h:0/", "ftp://h:70000/", "ftp://h:x/", "ftp://h/../x", "ftp://h/a%0Ab",
        "ftp://h/%zz", "ftp://-q/", "ftp://h o/", "ftp://[::1", "ftp://us%0Aer@h/",
    ])
    func `What is no address is refused`(_ text: String) {
        #expect(throws: Failure.self) { try FTPAddress(text) }
    }

    @Test(arguments: [
        "ftp://me:geheim@h/x", "ftp://me:ge/heim@h/x", "ftp://me:12/geheim@h", "ftp://me:ge'hei@m@h",
        "me:geheim@h/x", "ftp://h:21/a@geheim",
    ])
    func `A password in an address is refused and not repeated`(_ text: String) {
        do {
            _ = try FTPAddress(text)
            Issue.record("it was accepted")
        } catch {
            #expect(!"\(error.diagnostics)".contains("geheim"))
            #expect(error.diagnostics.map(\.id) == ["address-with-password"])
        }
    }

    @Test func `A profile's path goes below that of the address`() throws {
        var address = try FTPAddress("ftp://h/site")
        try address.append(path: #"www\app"#)
        #expect(address.text == "ftp://h/site/www/app")
        #expect(throws: Failure.self) { try address.append(path: "../..") }
    }
}
