import NIOCore
import Testing

@testable import Tunnel

@Suite(.timeLimit(.minutes(1)))
struct ReadinessTests {
    /// What an endpoint was asked until it was ready, other than for its status.
    private func asked(_ statuses: [StatusDesk.Answer]) async throws -> [String] {
        try await FakeEndpoint.during(
            .answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), statuses: statuses
        ) { endpoint in
            let status = try await Readiness(endpoint.client, patience: .seconds(20)).wait { _ in }
            #expect(status.debuggerUp)
            return endpoint.desk.asked.filter { $0 != "GET /ptvsd/status" }
        }
    }

    /// A page of the site may have a breakpoint that a session waits for.
    @Test(arguments: [TimeAmount.zero, .milliseconds(1500)])
    func `A site that is up is not asked for a page, however slowly it answers`(delay: TimeAmount)
        async throws
    {
        #expect(try await asked([.init(delay: delay)]) == [])
    }

    @Test func `The reason that was found before is told, not that the time ran out`() async throws {
        let down = StatusDesk.Answer(status: "503 Service Unavailable", pages: 1)
        let late = StatusDesk.Answer(delay: .seconds(20))
        let answer = FakeEndpoint.Behaviour.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let failure = await #expect(throws: TunnelFailure.self) {
            try await FakeEndpoint.during(answer, statuses: [down, late]) { endpoint in
                _ = try await Readiness(endpoint.client, patience: .seconds(2)).wait { _ in }
            }
        }
        #expect(failure?.cause == .siteUnavailable(status: 503))
    }

    @Test func `A site that does not run is woken, and again when its Python still sleeps`() async throws {
        let down = StatusDesk.Answer(status: "503 Service Unavailable", pages: 1)
        let idle = StatusDesk.Answer(debuggerUp: false, pages: 2)
        // It is up only once it was asked for so many pages.
        #expect(try await !asked([down, .up]).isEmpty)
        #expect(try await asked([down, idle, .up]).count > 1)
    }
}
