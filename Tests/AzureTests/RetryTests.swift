import Azure
import Testing

/// When something is tried again.
struct RetryTests {
    @Test func `Delays double up to half a minute, in units`() {
        let policy = RetryPolicy(unit: .milliseconds(10))
        #expect(
            (1...7).map { policy.delay(after: $0) }
                == [10, 20, 40, 80, 160, 300, 300].map { .milliseconds($0) })
    }

    @Test func `A server may ask for more, but not for everything`() {
        let policy = RetryPolicy()
        #expect(policy.delay(after: 1, retryAfter: 7) == .seconds(7))
        #expect(policy.delay(after: 4, retryAfter: 2) == .seconds(8))
        #expect(policy.delay(after: 1, retryAfter: 86_400) == .seconds(120))
        #expect(policy.pollDelay(1, retryAfter: 3600) == .seconds(30))
    }

    @Test func `Polls become rarer`() {
        let policy = RetryPolicy()
        let delays = (1...50).map { policy.pollDelay($0) }
        #expect(delays.first == .seconds(1) && delays.last == .seconds(10))
        #expect(zip(delays, delays.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test(arguments: [("25", 25), ("0", 0), ("1", 1), ("x", 1000), ("-5", 1), ("9999999", 60_000)])
    func `The environment sets the unit within reason`(text: String, milliseconds: Int) {
        let expected = text == "0" || text == "-5" ? 1 : milliseconds
        #expect(RetryPolicy(environment: ["PTVSD_PUBLISH_RETRY_DELAY": text]).unit == .milliseconds(expected))
    }

    @Test func `What is temporary is told by the status`() {
        #expect([408, 429, 500, 502, 503, 504].allSatisfy(RetryPolicy.isTemporary))
        #expect(![200, 202, 301, 400, 401, 403, 404, 409, 412, 413].contains(where: RetryPolicy.isTemporary))
    }

    @Test func `Dates of HTTP are read`() {
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
        #expect(HTTPDate.seconds("Thu, 29 Feb 2024 12:00:00 GMT") == 1_709_208_000)
        for odd in ["", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT"] {
            #expect(HTTPDate.seconds(odd) == nil)
        }
    }

    @Test func `Retry-After is a number or a date`() {
        #expect(RetryAfter.seconds("120", now: 0) == 120)
        #expect(RetryAfter.seconds("-3", now: 0) == 0)
        #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:49:37 GMT", now: 784_111_747) == 30)
        #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:49:37 GMT", now: 784_111_800) == 0)
        #expect(RetryAfter.seconds("soon", now: 0) == nil)
    }

    @Test func `A date is measured by the server's clock`() {
        let answer = WebResponse(
            status: 503,
            headers: [
                ("date", "Sun, 06 Nov 1994 08:49:07 GMT"), ("RETRY-AFTER", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ])
        #expect(answer.retryAfter == 30)
        #expect(WebResponse(status: 503).retryAfter == nil)
    }
}
