import Diagnostics
import Testing

struct UserInfoTests {
    @Test(arguments: [
        ("'wss://SECRET@host/ptvsd' is odd", "'wss://…@host/ptvsd' is odd"),
        ("no 'wss:/SECRET@host/ptvsd'", "no 'wss:/…@host/ptvsd'"),
        ("HTTPS://:SECRET@host:8443", "HTTPS://…@host:8443"),
        ("https://name:SECRET@host", "https://…@host"),
        ("a@b://SECRET@host", "a@b://SECRET@host"),
        ("two: http://A@a and ws://B@b/", "two: http://…@a and ws://…@b/"),
        ("https://SE@CRET@host", "https://…@host"),
        ("ftps://user@host/site", "ftps://user@host/site"),
        ("ftp://user:SECRET@host", "ftp://user:…@host"),
        ("'ftp://user:SEC/RET@host/www' is odd", "'ftp://user:…@host/www' is odd"),
        ("no 'ftp:/user:12/SECRET@host'", "no 'ftp:/user:…@host'"),
        ("'https://user:SEC'RET@host' is odd", "'https://…@host' is odd"),
    ])
    func `Where a URL carries a secret, dots stand in its place`(text: String, shown: String) {
        #expect(text.withoutUserInfo == shown)
    }

    @Test(arguments: [
        "wss://<secret>@host/ptvsd", "https://host:8443/a, a@b", "wss://[secret@]host/ptvsd",
        "https://host/a@b", "C:/me@home", "a@b.c",
        "web.config:3:7: error: odd", "https://", "://@",
    ])
    func `A text without a secret stays as it is`(text: String) {
        #expect(text.withoutUserInfo == text)
    }

    @Test(arguments: [
        ("ftp://user:SEC/RET@host/www", "ftp://user:…@host/www"),
        ("ftp://user:12/SEC'R ET@host", "ftp://user:…@host"),
        ("ftps://user@host/site", "ftps://user@host/site"),
        ("wss://SEC/RET@host/ptvsd", "wss://…@host/ptvsd"),
        ("SECRET@host", "…@host"),
        ("https://host/x", "https://host/x"),
        ("S@CRET://host", "…@CRET://host"),
    ])
    func `Of an address alone, nothing before its last at sign is shown`(text: String, shown: String) {
        #expect(text.addressWithoutUserInfo == shown)
    }

    @Test func `No part of a finding shows a secret`() {
        let url = "wss://SECRET@host"
        let finding = Diagnostic.error("x", "no '\(url)'", at: .init(file: url), hint: "not '\(url)'")
        #expect(!finding.withoutUserInfo.description.contains("SECRET"))
        #expect(finding.withoutUserInfo.id == "x")
    }
}
