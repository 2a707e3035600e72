import Addresses
import Diagnostics
import Files
import NIOHTTP1
import SystemPackage
import Testing

@testable import Tunnel

struct FailureTests {
    static let causes: [TunnelFailure.Cause] = [
        .nameNotFound, .refused, .timedOut(seconds: 15), .unreachable("no route to host"),
        .proxy(ProxyFailure(.notUsable, of: "socks5://p", in: "HTTPS_PROXY")),
        .proxy(ProxyFailure(.notReached("it refuses the connection"), of: "p:1", in: "HTTPS_PROXY")),
        .proxy(ProxyFailure(.credentials(given: true), of: "p:1", in: "HTTPS_PROXY")),
        .proxy(ProxyFailure(.refused(status: 403), of: "p:1", in: "HTTPS_PROXY")), .plaintext,
        .authoritiesNotRead(file: "ca.pem", source: "--ca-file"),
        .certificateUntrusted,
        .certificateExpired(at: "2026-01-01T00:00:00Z"),
        .certificateNotYetValid(from: "2030-01-01T00:00:00Z"),
        .certificateForOtherHost, .tlsFailed("what answers does not speak TLS"), .connectionLost,
        .noAnswer(seconds: 30),
        .notHTTP, .redirected(status: 302, to: "https://other.example/"),
        .signInWall("https://login.example"),
        .secretMissing, .secretWrong, .secretExpired("access expired at 12:00"), .noSecretConfigured,
        .tooManyTries(seconds: 60), .forbidden, .noEndpoint(status: 404), .siteUnavailable(status: 503),
        .unexpectedStatus(500), .webSocketsOff(status: 503), .handshakeWrong("it upgrades to something else"),
        .tooManySessions("there are 8 sessions already"), .debuggerNotUp("nothing listens"),
        .processNotFound(17, others: [1, 2]), .debuggerSilent(seconds: 20), .debuggerRefused("no"),
    ]

    @Test func `Each cause has an identifier of its own, a sentence that names the place, and a way out`() {
        let failures = Self.causes.map { TunnelFailure($0, at: "host.example") }
        #expect(Set(failures.map(\.id)).count == failures.count)
        for failure in failures {
            #expect(failure.id.hasPrefix("attach-"))
            #expect(failure.message.contains("'"), "\(failure.message)")
            #expect(failure.message.first?.isUppercase == false || failure.message.hasPrefix("TLS "))
            #expect(!failure.message.hasSuffix("."))
            #expect(!failure.hint.isEmpty)
            #expect(failure.failure.diagnostics.count == 1)
        }
    }

    @Test func `The documentation has a line for each, with its exit code`() throws {
        let file = FilePath(#filePath).removingLastComponent().appending("../../docs/attach.md")
        let codes: [Failure.Reason: Int] = [.unavailable: 69, .notAuthorised: 77, .badInput: 65]
        let rows = try FileContents.text(file).split(separator: "\n").filter { $0.hasPrefix("| ") }
        for failure in Self.causes.map({ TunnelFailure($0, at: "HOST") }) {
            let found = rows.filter { $0.contains("(`\(failure.id)`)") }
            #expect(found.count == 1, "\(failure.id)")
            #expect(
                found.first?.hasSuffix("| \(codes[failure.failure.reason] ?? 1) |") == true, "\(failure.id)")
            // What varies is not compared.
            let start = failure.message.prefix { !$0.isNumber && $0 != ":" && $0 != "," }
            #expect(!start.contains("HOST") || found.first?.contains(start) == true, "\(start)")
        }
    }

    @Test func `The phases are in the order in which they are gone through`() {
        #expect(Set(Self.causes.map { TunnelFailure($0, at: "").phase }) == Set(TunnelFailure.Phase.allCases))
        #expect(TunnelFailure.Phase.nameLookUp < .connection)
        #expect(TunnelFailure.Phase.webSocket < .debugger)
    }

    @Test func `Only what a starting site shows may pass`() {
        let passing = Self.causes.map { TunnelFailure($0, at: "") }.filter(\.mayPass).map(\.id)
        #expect(
            passing == [
                "attach-connection-lost", "attach-no-answer", "attach-site-unavailable",
                "attach-too-many-sessions",
                "attach-debugger-not-up",
            ])
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var status: Int
        var headers: [(String, String)] = []
        var body = ""
        var isUpgrade = false
        var isAuthorised = true
        var cause: TunnelFailure.Cause?
        var testDescription: String { "\(status) \(headers) \(body)" }
    }

    static let realm = ("WWW-Authenticate", "Basic realm=\"ptvsd\", charset=\"UTF-8\"")
    static let text = ("Content-Type", "text/plain; charset=utf-8")

    static let answers = [
        Answer(status: 200, cause: nil),
        Answer(status: 401, headers: [realm], cause: .secretWrong),
        Answer(status: 401, headers: [realm], isAuthorised: false, cause: .secretMissing),
        Answer(status: 401, headers: [("WWW-Authenticate", "Bearer")], cause: .signInWall(nil)),
        Answer(
            status: 302, headers: [("Location", "https://b.example/x?token=1")],
            cause: .redirected(status: 302, to: "https://b.example/x")),
        Answer(
            status: 302, headers: [("Location", "https://login.microsoftonline.com/t/oauth2?x=1")],
            cause: .signInWall("https://login.microsoftonline.com/t/oauth2")),
        Answer(
            status: 403, headers: [text],
            body: "access to the debugger expired at 2026-01-01T00:00:00Z; publish again\n",
            cause: .secretExpired("access to the debugger expired at 2026-01-01T00:00:00Z")),
        Answer(
            status: 403, headers: [text], body: "no secret is configured for this site; publish",
            cause: .noSecretConfigured),
        Answer(
            status: 403, headers: [("Content-Type", "text/html")], body: "This web app is stopped; expired",
            cause: .forbidden),
        Answer(status: 404, cause: .noEndpoint(status: 404)),
        Answer(status: 429, headers: [("Retry-After", "17")], cause: .tooManyTries(seconds: 17)),
        Answer(status: 500, cause: .unexpectedStatus(500)),
        Answer(status: 502, cause: .siteUnavailable(status: 502)),
        Answer(status: 503, cause: .siteUnavailable(status: 503)),
        Answer(status: 503, isUpgrade: true, cause: .webSocketsOff(status: 503)),
        Answer(status: 502, isUpgrade: true, cause: .siteUnavailable(status: 502)),
        Answer(status: 200, isUpgrade: true, cause: .webSocketsOff(status: 200)),
        Answer(status: 426, isUpgrade: true, cause: .webSocketsOff(status: 426)),
    ]

    @Test(arguments: answers)
    func `An answer says what stands in the way`(answer: Answer) {
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: answer.status), headers: HTTPHeaders(answer.headers))
        let reading = AnswerReading(
            HTTPAnswer(head: head, body: Array(answer.body.utf8)), isAuthorised: answer.isAuthorised,
            isUpgrade: answer.isUpgrade)
        #expect(reading.cause == answer.cause)
    }

    @Test func `A status is read whatever more or less an agent says`() throws {
        let text = """
            {"agentVersion": "1", "debuggerUp": true, "expires": null, "future": [1],
             "processes": [{"pid": 7, "parent": 1, "name": "python", "port": 0, "ready": true, "main": true}], "sessions": []}
            """
        let status = try #require(SiteStatus(json: Array(text.utf8)))
        #expect(status.debuggerUp)
        #expect(status.processes.map(\.pid) == [7])
        #expect(SiteStatus(json: Array("<html>".utf8)) == nil)
        #expect(SiteStatus(json: Array("{}".utf8)) == nil)
    }
}
