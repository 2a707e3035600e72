import Testing
import WebConfiguration

@testable import Tunnel

struct AddressTests {
    @Test(
        arguments: [
            ("wss://abc@host.example/ptvsd", "https://host.example", "abc", nil, false),
            (
                "wss://abc@host.example:8443/app/ptvsd/?process=17#x", "https://host.example:8443/app", "abc",
                17, false
            ),
            ("https://host.example", "https://host.example", nil, nil, false),
            ("HTTPS://user:@Host.Example/PTVSD", "https://host.example", "user", nil, false),
            ("wss://:pass@host.example/ptvsd", "https://host.example", "pass", nil, false),
            ("ws://s@127.0.0.1:8000/ptvsd", "http://127.0.0.1:8000", "s", nil, true),
            ("http://[::1]:8000/", "http://[::1]:8000", nil, nil, true),
            ("https://host.example/?process=x", "https://host.example", nil, nil, false),
        ] as [(String, String, String?, Int?, Bool)])
    func `An attach URL or a site's address is read`(
        text: String, site: String, secret: String?, process: Int?, isPlain: Bool
    ) throws {
        let reference = try #require(AttachReference(text))
        #expect(reference.site.description == site)
        #expect(reference.secret?.revealed == secret)
        #expect(reference.process == process)
        #expect(reference.isPlain == isPlain)
    }

    @Test(arguments: [
        "", "host.example", "ftp://host", "wss://", "wss://a b@host", "wss://@host", "https://ho st/",
        "https://h:0",
    ])
    func `Anything else is none`(text: String) {
        #expect(AttachReference(text) == nil)
    }

    @Test func `The secret travels in clear on this machine only, unless the user wants it so`() throws {
        func plain(_ text: String, _ allows: Bool = false) throws -> Bool {
            !Endpoint(site: try #require(SiteURL(text)), secret: nil, allowsPlaintext: allows).usesTLS
        }
        #expect(try plain("http://127.0.0.1:8000"))
        #expect(try plain("http://localhost"))
        #expect(try !plain("http://host.example"))
        #expect(try plain("http://host.example", true))
        #expect(try !plain("https://127.0.0.1"))
    }

    @Test func `A request carries the secret as user name, and the cookies of the instance`() throws {
        var endpoint = Endpoint(
            site: try #require(SiteURL("https://h.example:444/app")), secret: Secret("Aladdin"))
        endpoint.instance = "0a1b"
        #expect(
            endpoint.headers.map { "\($0): \($1)" } == [
                "Host: h.example:444", "User-Agent: ptvsd-publish", "Authorization: Basic QWxhZGRpbjo=",
                "Cookie: ARRAffinity=0a1b; ARRAffinitySameSite=0a1b",
            ])
        #expect(endpoint.path == "/app/ptvsd")
        #expect(endpoint.port == 444)
        #expect(Endpoint(site: try #require(SiteURL("https://[::1]")), secret: nil).host == "::1")
    }
}
