import NIOCore
import Testing

@testable import Tunnel

/// A site that goes away before it has said anything.
extension BridgeTests {
    /// It may say so (1001), but often its debugger is gone before it does: the endpoint does not reach it then (1011), or
    /// sees it leave (1000), or is gone itself.
    @Test(arguments: [1001, 1011, 1000, nil] as [UInt16?], [1, 100, 60_000])
    func `A debugger whose site restarts before it says anything is taken to the new one`(
        code: UInt16?, count: Int
    ) async throws {
        let sent = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await bridging(.restart(code: code)) { port, events, desk in
            let received = try await debugger(port) { inbound, outbound in
                try await outbound.write(ByteBuffer(bytes: sent))
                var bytes: [UInt8] = []
                for try await part in inbound {
                    bytes += part.readableBytesView
                    if bytes.count >= count { break }
                }
                return bytes
            }
            let isWhole = received == sent
            #expect(isWhole)
            #expect(desk.upgrades == 2)
            if code != 1001 {
                guard case .waiting(session: 1, _)? = await events.next(isolation: #isolation) else {
                    Issue.record("what happened was not told")
                    return
                }
            }
            guard case .attached(session: 1)? = await events.next(isolation: #isolation),
                case .detached(session: 1, let report, _)? = await events.next(isolation: #isolation)
            else {
                Issue.record("the session was not told as one")
                return
            }
            #expect(report == SessionReport(end: .debuggerLeft, up: count, down: count))
        }
    }

    @Test func `A restart changes nothing about the path mappings that an attach request gets`() async throws
    {
        let mapping = PathMapping(localRoot: "/here", remoteRoot: "/there")
        let body = #"{"seq": 1, "type": "request", "command": "attach", "arguments": {}}"#
        try await bridging(.restart(code: 1001), mapping: mapping) { port, _, desk in
            let received = try await debugger(port) { inbound, outbound in
                try await outbound.write(
                    ByteBuffer(string: "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"))
                var bytes: [UInt8] = []
                var reader = DebugMessageReader()
                for try await part in inbound {
                    bytes += part.readableBytesView
                    reader.take(part.readableBytesView)
                    if try reader.next() != nil { break }
                }
                return String(decoding: bytes, as: UTF8.self)
            }
            #expect(received.split(separator: "pathMappings").count == 2, "\(received)")
            #expect(desk.upgrades == 2)
        }
    }

    @Test func `A site that always goes away before it says anything ends the debugger's connection`()
        async throws
    {
        let behaviour = FakeEndpoint.Behaviour.close(say: "", code: 1001, reason: "the site restarts")
        try await bridging(behaviour, patience: .seconds(6)) { port, events, desk in
            let received = try await debugger(port) { inbound, _ in try await Self.all(inbound) }
            #expect(received.isEmpty)
            guard case .detached(_, let report, _)? = await events.next(isolation: #isolation) else {
                Issue.record("the end was not told")
                return
            }
            #expect(report.end == .siteClosed(.init(1001, "the site restarts")))
            #expect(desk.upgrades > 1)
        }
    }
}
