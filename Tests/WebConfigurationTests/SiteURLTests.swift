import Testing
import WebConfiguration

struct SiteURLTests {
    struct Case: Sendable {
        var text: String
        var url: String
        var attach: String
    }

    static let cases = [
        Case(
            text: "https://ptvsdemo.azurewebsites.net", url: "https://ptvsdemo.azurewebsites.net",
            attach: "wss://s@ptvsdemo.azurewebsites.net/ptvsd"),
        Case(
            text: "ptvsdemo.azurewebsites.net", url: "https://ptvsdemo.azurewebsites.net",
            attach: "wss://s@ptvsdemo.azurewebsites.net/ptvsd"),
        Case(
            text: "HTTPS://Host.Example:443/", url: "https://host.example",
            attach: "wss://s@host.example/ptvsd"),
        Case(
            text: "https://intranet/app/", url: "https://intranet/app", attach: "wss://s@intranet/app/ptvsd"),
        Case(text: "https://h/app?x=1#y", url: "https://h/app", attach: "wss://s@h/app/ptvsd"),
        Case(
            text: "http://localhost:8000", url: "http://localhost:8000", attach: "ws://s@localhost:8000/ptvsd"
        ),
        Case(text: "https://h/ptvsd", url: "https://h", attach: "wss://s@h/ptvsd"),
        Case(text: "https://h/app/ptvsd/", url: "https://h/app", attach: "wss://s@h/app/ptvsd"),
        Case(text: "https://h/myptvsd", url: "https://h/myptvsd", attach: "wss://s@h/myptvsd/ptvsd"),
        Case(text: "http://h:80", url: "http://h", attach: "wss://s@h/ptvsd"),
        Case(text: "https://[::1]:8443/a", url: "https://[::1]:8443/a", attach: "wss://s@[::1]:8443/a/ptvsd"),
    ]

    @Test(arguments: cases)
    func `A site's address gives the attach URL`(example: Case) throws {
        let url = try #require(SiteURL(example.text))
        #expect(url.description == example.url)
        #expect(AttachURL(site: url, secret: try #require(Secret("s"))).revealed == example.attach)
    }

    @Test(arguments: [
        "", "https://", "ftp://h", "wss://h", "https://user@h", "https://h:0", "https://h:70000",
        "https://h:x",
        "https://a b", "https://h/a b", "https://h/<a>", "https://[::1", ".example.com", "https:///path",
    ])
    func `What is no address of a site is refused`(text: String) {
        #expect(SiteURL(text) == nil)
    }

    @Test func `Without a site the URL says so, and the masked form keeps the secret`() throws {
        let secret = try #require(Secret("kJ3abcdef"))
        #expect(AttachURL(site: nil, secret: secret).revealed == "wss://kJ3abcdef@<site>/ptvsd")
        #expect(AttachURL(site: SiteURL("https://h"), secret: secret).masked == "wss://kJ3…@h/ptvsd")
    }

    @Test func `Azure's domains are known, others are not`() {
        #expect(SiteURL("https://x.azurewebsites.net")?.isAzure == true)
        #expect(SiteURL("https://azurewebsites.net.example.com")?.isAzure == false)
    }
}
