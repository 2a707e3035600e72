import Addresses
import Diagnostics
import NIOSOCKS
import Testing

struct ProxyTests {
    /// The place of the proxy on the way to a host.
    private func proxy(
        _ host: String, _ environment: [String: String], for traffic: ProxyVariables.Traffic = .https,
        port: Int = 443
    ) throws -> String? {
        try ProxyVariables(environment).proxy(for: traffic, to: host, port: port)?.place
    }

    @Test func `The first variable that is set names the proxy`() throws {
        #expect(try proxy("h.example", ["HTTPS_PROXY": "http://p.example:3128"]) == "p.example:3128")
        #expect(try proxy("h.example", ["https_proxy": "p.example:8080"]) == "p.example:8080")
        #expect(try proxy("h.example", ["HTTPS_PROXY": "a:1", "https_proxy": "b:2"]) == "a:1")
        #expect(try proxy("h.example", ["HTTPS_PROXY": "", "https_proxy": "b:2"]) == "b:2")
        #expect(try proxy("h.example", ["ALL_PROXY": "http://[fe80::1]:1"]) == "[fe80::1]:1")
        #expect(try proxy("h.example", ["ALL_PROXY": "http://[fe80::1]"]) == "[fe80::1]:80")
        #expect(try proxy("h.example", ["HTTPS_PROXY": ""]) == nil)
        #expect(try proxy("h.example", ["http_proxy": "p"]) == nil)
    }

    @Test func `Connections in clear have a variable of their own, in small letters only`() throws {
        #expect(try proxy("h.example", ["HTTPS_PROXY": "p"], for: .http) == nil)
        #expect(try proxy("h.example", ["http_proxy": "http://p"], for: .http) == "p:80")
        #expect(try proxy("h.example", ["HTTP_PROXY": "http://p"], for: .http) == nil)
    }

    @Test func `FTP goes by the variables that curl looks at`() throws {
        let all = ["ftp_proxy": "f:1", "ftps_proxy": "s:1", "all_proxy": "a:1", "HTTPS_PROXY": "h:1"]
        #expect(try proxy("h.example", all, for: .ftp) == "f:1")
        #expect(try proxy("h.example", all, for: .ftps) == "s:1")
        #expect(try proxy("h.example", ["ALL_PROXY": "a:1"], for: .ftps) == "a:1")
        #expect(try proxy("h.example", ["HTTPS_PROXY": "h:1"], for: .ftp) == nil)
        let variable = ProxyVariables(["ALL_PROXY": "socks5://u:secret@s:1"])
            .variable(for: .ftp, to: "h.example", port: 21)
        #expect(variable?.name == "ALL_PROXY" && variable?.value == "socks5://u:secret@s:1")
        #expect(ProxyVariables.withoutCredentials("socks5://u:secret@s:1") == "s:1")
    }

    @Test(arguments: ["localhost", "LOCALHOST", "127.0.0.1", "127.0.0.2", "::1", "[::1]"])
    func `This machine is reached without a proxy`(host: String) throws {
        #expect(try proxy(host, ["HTTPS_PROXY": "p"]) == nil)
    }

    @Test(arguments: [
        "h.example", ".example", "a, example", "*", "*.example", "h.example:443", "H.EXAMPLE", " h.example ",
        "x,h.example",
    ])
    func `A host that is exempt needs none`(list: String) throws {
        #expect(try proxy("h.example", ["HTTPS_PROXY": "p", "NO_PROXY": list]) == nil)
        #expect(try proxy("H.Example", ["HTTPS_PROXY": "p", "no_proxy": list]) == nil)
    }

    @Test(arguments: ["xample", "other.h.example", "h.example:80", ".h.example.org", "", ",", "."])
    func `Others go through it`(list: String) throws {
        #expect(try proxy("h.example", ["HTTPS_PROXY": "p", "NO_PROXY": list]) == "p:80")
    }

    @Test func `Credentials come from the URL, their escapes resolved`() {
        #expect(Proxy("http://user:p%40ss@p:1", in: "X")?.credentials == "dXNlcjpwQHNz")
        #expect(Proxy("http://user@p:1", in: "X")?.credentials == "dXNlcjo=")
        #expect(Proxy("http://us@er:x@p:1/", in: "X")?.credentials == "dXNAZXI6eA==")
        #expect(Proxy("HTTP://p", in: "X")?.credentials == nil)
    }

    @Test(arguments: [("socks5h://p", "p:1080"), ("SOCKS5://[::1]:81/", "[::1]:81"), ("socks5://p:1", "p:1")])
    func `A SOCKS proxy is known by its scheme`(value: String, place: String) {
        let proxy = Proxy(value, in: "ALL_PROXY")
        #expect(proxy?.kind == .socks && proxy?.place == place && proxy?.credentials == nil)
        #expect(Proxy("p:1", in: "ALL_PROXY")?.kind == .http)
    }

    @Test func `What SOCKS says is a clause about the proxy`() {
        let replies: [(UInt8, String)] = [
            (1, "it failed"), (2, "its rules forbid it"), (4, "it finds no way there"),
            (5, "the connection was refused"),
            (8, "it supports no such connection"), (99, "it replied 99"),
        ]
        for (code, reason) in replies {
            let error = SOCKSError.ConnectionFailed(reply: .init(value: code))
            #expect(ProxyFailure.Cause(socksError: error) == .refused(reason))
        }
        let wants = SOCKSError.InvalidAuthenticationSelection(selection: .noneAcceptable)
        #expect(ProxyFailure.Cause(socksError: wants) == .credentials(.ofSOCKS))
        #expect(ProxyFailure.Cause(socksError: SOCKSError.UnexpectedRead()) != nil)
        #expect(ProxyFailure.Cause(socksError: CancellationError()) == nil)
    }

    @Test func `One for everything carries plain HTTP as well`() throws {
        #expect(try proxy("h.example", ["ALL_PROXY": "socks5h://p:1"], for: .http) == "p:1")
        #expect(try proxy("h.example", ["all_proxy": "p:1", "http_proxy": "q:1"], for: .http) == "q:1")
    }

    @Test(arguments: [
        "socks5://u:secret@p:1", "socks4://p:1", "https://u:secret@p:1", "http://u:secret@",
        "http://u:secret@p:0",
        "http://u:secret@p:70000", "http://u:secret@p:x", "http://u:%zz@p:1", "http://u:secret@[::1",
        "http://u:secret@[::1]x:1",
    ])
    func `What is no HTTP proxy is one sentence without its credentials`(value: String) throws {
        let failure = try #require(throws: ProxyFailure.self) {
            try proxy("h.example", ["HTTPS_PROXY": value])
        }
        let said = failure.failure(connecting: "'h.example'")
        #expect(said.reason == .badInput)
        #expect(said.diagnostics.map(\.id) == ["proxy-not-usable"])
        #expect(said.diagnostics.allSatisfy { $0.message.contains("HTTPS_PROXY") && $0.hint != nil })
        #expect(said.diagnostics.allSatisfy { !$0.message.contains("secret") && !$0.message.contains("%zz") })
        #expect(try proxy("h.example", ["HTTPS_PROXY": value, "NO_PROXY": "*"]) == nil)
    }

    @Test func `Each failure names the proxy, and where it comes from`() throws {
        let proxy = try #require(Proxy("http://u:secret@p:1", in: "https_proxy"))
        let causes: [(ProxyFailure.Cause, Failure.Reason, String)] = [
            (.notReached("it refuses"), .unavailable, "the proxy 'p:1' cannot be reached: it refuses"),
            (
                .credentials(given: true), .notAuthorised,
                "the proxy 'p:1' does not accept the user and password given (407)"
            ),
            (.credentials(.ofSOCKS), .notAuthorised, "the SOCKS proxy 'p:1' wants a user and password"),
            (
                .refused("it failed"), .unavailable,
                "the proxy 'p:1' does not connect to the site 'x': it failed"
            ),
            (.credentials(given: false), .notAuthorised, "the proxy 'p:1' wants a user and password (407)"),
            (
                .refused(status: 403), .unavailable,
                "the proxy 'p:1' does not connect to the site 'x': it answered 403"
            ),
            (.refused(nil), .unavailable, "the proxy 'p:1' does not connect to the site 'x'"),
        ]
        for (cause, reason, message) in causes {
            let failure = proxy.failure(cause).failure(connecting: "the site 'x'")
            #expect(failure.reason == reason)
            #expect(failure.diagnostics.map(\.message) == [message])
        }
        #expect(proxy.failure(.notReached("")).hint.contains("https_proxy"))
        #expect(proxy.failure(.credentials(given: true)).hint.contains("https_proxy"))
    }
}
