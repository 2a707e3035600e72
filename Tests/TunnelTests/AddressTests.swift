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

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `The examples of RFC 4648 come out`(text: String, expected: String) {
        #expect(Base64.text(Array(text.utf8)) == expected)
    }

    private func proxy(_ host: String, _ environment: [String: String], usesTLS: Bool = true) throws
        -> String?
    {
        try Proxy.proxy(for: host, port: usesTLS ? 443 : 80, usesTLS: usesTLS, environment: environment)?
            .place
    }

    @Test func `The environment names the proxy, and hosts that need none`() throws {
        let all = ["HTTPS_PROXY": "http://p.example:3128"]
        #expect(try proxy("h.example", all) == "p.example:3128")
        #expect(try proxy("h.example", ["https_proxy": "p.example:8080"]) == "p.example:8080")
        #expect(try proxy("h.example", ["ALL_PROXY": "http://[fe80::1]:1"]) == "fe80::1:1")
        #expect(try proxy("h.example", all, usesTLS: false) == nil)
        #expect(try proxy("h.example", ["http_proxy": "http://p"], usesTLS: false) == "p:80")
        #expect(try proxy("h.example", ["HTTP_PROXY": "http://p"], usesTLS: false) == nil)
        #expect(try proxy("h.example", ["HTTPS_PROXY": ""]) == nil)
        for host in ["localhost", "127.0.0.1", "::1"] { #expect(try proxy(host, all) == nil) }
        for list in ["h.example", ".example", "a, example", "*", "*.example", "h.example:443", "H.EXAMPLE"] {
            #expect(try proxy("h.example", all.merging(["NO_PROXY": list]) { $1 }) == nil, "\(list)")
            #expect(try proxy("h.example", all.merging(["no_proxy": list]) { $1 }) == nil, "\(list)")
        }
        for list in ["xample", "other.h.example", "h.example:80", ""] {
            #expect(try proxy("h.example", all.merging(["NO_PROXY": list]) { $1 }) != nil, "\(list)")
        }
    }

    @Test func `The proxy's credentials come from its URL, and do not show in errors`() throws {
        #expect(Proxy("http://user:p%40ss@p:1")?.authorization == "Basic dXNlcjpwQHNz")
        #expect(Proxy("http://user@p:1")?.authorization == "Basic dXNlcjo=")
        for value in ["socks5://u:secret@p:1", "http://u:secret@", "http://u:secret@p:0", "http://u:%zz@p:1"]
        {
            let error = #expect(throws: Proxy.NotUsable.self) {
                try proxy("h.example", ["HTTPS_PROXY": value])
            }
            #expect(error?.variable == "HTTPS_PROXY")
            #expect(error?.value.contains("secret") == false)
        }
    }
}
