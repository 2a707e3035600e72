import Addresses
import Diagnostics
import Projects
import Testing

@testable import Destinations

struct FTPProxyTests {
    private func proxy(_ address: String, _ environment: [String: String]) throws -> FTPProxy? {
        try FTPProxy(on: try FTPAddress(address), ProxyVariables(environment))
    }

    @Test func `Each scheme has variables of its own, and what is named is shown without credentials`() throws
    {
        let all = ["ftp_proxy": "http://u:secret@f:1", "ftps_proxy": "socks5h://u:secret@s:2"]
        let explicit = try #require(try proxy("ftp://h.example", all))
        #expect(explicit.place == "f:1" && explicit.variable == "ftp_proxy" && explicit.hasCredentials)
        #expect(try proxy("ftps://h.example", all)?.place == "s:2")
        // TLS on request is `ftp` to curl.
        #expect(try proxy("ftps://h.example:21", all)?.place == "f:1")
        #expect(try proxy("ftp://h.example", ["ALL_PROXY": "a:3"])?.hasCredentials == false)
        #expect(try proxy("ftp://h.example", ["HTTPS_PROXY": "a:3"]) == nil)
        #expect(try proxy("ftp://127.0.0.1", all) == nil)
        #expect(try proxy("ftp://h.example:2121", all.merging(["NO_PROXY": "h.example:2121"]) { $1 }) == nil)
    }

    @Test(arguments: [nil, "ALL_PROXY"])
    func `Where no proxy is needed, curl looks for none`(variable: String?) throws {
        let address = try FTPAddress("ftp://h.example")
        let proxy = try FTPProxy(on: address, ProxyVariables(variable.map { [$0: "p:1"] } ?? [:]))
        let text = CurlConfiguration(
            address: address, credentials: Credentials(user: "u", password: Password("p")),
            encryption: .explicit, connection: FTPConnectionOptions(proxy: proxy)
        ).text(for: [CurlOperation(transfer: .nothing, path: "", name: "x")], stopsAtFailure: true)
        #expect(text.contains(#"noproxy = "*""#) == (variable == nil))
        #expect(text.contains("proxytunnel\n"))
    }

    struct Row: CustomTestStringConvertible {
        var code: Int
        var connect = 0
        var id: String
        var testDescription: String { "\(code) \(connect)" }
    }

    @Test(arguments: [
        Row(code: 5, id: "proxy-not-reached"), Row(code: 7, id: "proxy-not-reached"),
        Row(code: 97, id: "proxy-refused"), Row(code: 56, connect: 407, id: "proxy-credentials"),
        Row(code: 56, connect: 403, id: "proxy-refused"), Row(code: 56, connect: 502, id: "proxy-refused"),
        Row(code: 56, connect: 200, id: "connection-lost"), Row(code: 67, id: "login-refused"),
    ])
    func `An end that is about the proxy names it`(_ row: Row) throws {
        let address = try FTPAddress("ftp://h.example")
        let failures = FTPFailures(
            address: address, user: "me",
            proxy: try FTPProxy(on: address, ProxyVariables(["ALL_PROXY": "http://u:secret@p:1"])))
        let outcome = CurlOperation.Outcome(code: row.code, reply: 0, message: "", connect: row.connect)
        let failure = failures.failure(outcome, of: CurlOperation(transfer: .nothing, path: "", name: "x"))
        #expect(failure.diagnostics.map(\.id) == [row.id])
        #expect(failure.diagnostics.allSatisfy { !$0.message.contains("secret") })
        #expect(failure.diagnostics.allSatisfy { $0.message.contains("'p:1'") == row.id.hasPrefix("proxy-") })
    }

    @Test func `A proxy of a kind that curl does not know is one sentence without its credentials`() throws {
        let failure = try #require(throws: Failure.self) {
            try proxy("ftp://h.example", ["ALL_PROXY": "gopher://u:secret@p:1"])
        }
        #expect(failure.reason == .badInput && failure.diagnostics.map(\.id) == ["proxy-not-usable"])
        #expect(failure.diagnostics.map(\.message) == ["'p:1' in ALL_PROXY is no proxy that can be used"])
    }

    @Test func `Only a proxy that is in trouble itself is asked again`() {
        func isTransient(_ connect: Int) -> Bool {
            CurlOperation.Outcome(code: 56, reply: 0, message: "", connect: connect).isTransient
        }
        #expect(!isTransient(407) && !isTransient(403))
        #expect(isTransient(502) && isTransient(200) && isTransient(0))
    }
}
