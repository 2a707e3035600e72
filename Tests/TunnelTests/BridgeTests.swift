import NIOCore
import NIOPosix
import Testing

@testable import Tunnel

@Suite(.timeLimit(.minutes(2)))
struct BridgeTests {
    /// A debugger's connection to a bridge.
    typealias Debugger = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Runs a bridge to an endpoint for as long as `work` runs; gives it the port and what the bridge tells.
    func bridging(
        _ behaviour: FakeEndpoint.Behaviour, pingInterval: Duration = .seconds(30),
        patience: Duration = .seconds(30), mapping: PathMapping? = nil,
        _ work:
            @escaping @Sendable (Int, inout AsyncStream<Bridge.Event>.Iterator, StatusDesk) async throws ->
            Void
    ) async throws {
        try await FakeEndpoint.during(behaviour, statuses: [.up]) { endpoint in
            var bridge = Bridge(endpoint.client)
            bridge.pingInterval = pingInterval
            bridge.patience = patience
            bridge.mapping = mapping
            let (events, told) = AsyncStream.makeStream(of: Bridge.Event.self)
            let (ports, listening) = AsyncStream.makeStream(of: Int.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [bridge] in
                    do {
                        try await bridge.run(ports: [0]) {
                            listening.yield($0)
                        } report: {
                            told.yield($0)
                        }
                    } catch is CancellationError {}
                }
                var iterator = ports.makeAsyncIterator()
                var tellings = events.makeAsyncIterator()
                try await work(try #require(await iterator.next()), &tellings, endpoint.desk)
                group.cancelAll()
            }
        }
    }

    func debugger<Result: Sendable>(
        _ port: Int,
        _ work:
            @Sendable (NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>)
            async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Debugger(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose(work)
    }

    /// Everything that comes until the end of the connection.
    static func all(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in inbound { bytes += part.readableBytesView }
        return bytes
    }

    @Test func `What a debugger sends comes back whole, whatever its size`() async throws {
        try await bridging(.echo) { port, events, _ in
            for count in [1, 125, 126, 65_536, 3_000_000] {
                let sent = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                let received = try await debugger(port) { inbound, outbound in
                    async let writing: Void = outbound.write(ByteBuffer(bytes: sent))
                    var bytes: [UInt8] = []
                    for try await part in inbound {
                        bytes += part.readableBytesView
                        if bytes.count >= count { break }
                    }
                    try await writing
                    return bytes
                }
                #expect(received == sent)
            }
            guard case .attached(session: 1)? = await events.next(isolation: #isolation) else {
                Issue.record("nothing was told of the first session")
                return
            }
            while let event = await events.next(isolation: #isolation) {
                guard case .detached(session: 1, let report, _) = event else { continue }
                #expect(report == SessionReport(end: .debuggerLeft, up: 1, down: 1))
                break
            }
        }
    }

    @Test func `Many debuggers are served at once`() async throws {
        try await bridging(.echo) { port, _, _ in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        try await debugger(port) { inbound, outbound in
                            let sent = Array("debugger \(number)".utf8)
                            try await outbound.write(ByteBuffer(bytes: sent))
                            var bytes: [UInt8] = []
                            for try await part in inbound {
                                bytes += part.readableBytesView
                                if bytes.count >= sent.count { break }
                            }
                            return bytes == sent
                        }
                    }
                }
                for try await isSame in group { #expect(isSame) }
            }
        }
    }

    @Test func `What the site says last arrives, then the end, and the reason is told`() async throws {
        try await bridging(.close(say: "the last word", code: 1008, reason: "the secret was changed")) {
            port, events, _ in
            let received = try await debugger(port) { inbound, _ in try await Self.all(inbound) }
            #expect(String(decoding: received, as: UTF8.self) == "the last word")
            _ = await events.next(isolation: #isolation)
            guard case .detached(_, let report, _)? = await events.next(isolation: #isolation) else {
                Issue.record("nothing was told")
                return
            }
            #expect(report.end == .siteClosed(.init(1008, "the secret was changed")))
        }
    }

    @Test(arguments: [
        (
            UInt16(1011), "the debugger cannot be reached: nothing listens",
            TunnelFailure.Cause.debuggerNotUp("nothing listens")
        ),
        (1013, "there are 8 sessions already", .tooManySessions("there are 8 sessions already")),
    ])
    func `A debugger that cannot be reached is a failure`(
        code: UInt16, reason: String, cause: TunnelFailure.Cause
    ) async throws {
        try await bridging(.close(say: "", code: code, reason: reason), patience: .seconds(6)) {
            port, events, _ in
            let received = try await debugger(port) { inbound, _ in try await Self.all(inbound) }
            #expect(received.isEmpty)
            while let event = await events.next(isolation: #isolation) {
                guard case .failed(_, let failure) = event else { continue }
                #expect(failure.cause == cause)
                return
            }
        }
    }

    @Test(arguments: [
        (
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"ptvsd\"\r\nContent-Length: 0\r\n\r\n",
            TunnelFailure.Cause.secretWrong
        ),
        ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno", .webSocketsOff(status: 503)),
        (
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
            .noEndpoint(status: 404)
        ),
        ("HTTP/1.1 404 Not Found\r\n\r\nuntil the end", .noEndpoint(status: 404)),
        ("SSH-2.0-OpenSSH_9.2\r\n", .notHTTP), ("", .connectionLost),
        (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            .handshakeWrong("its 'Sec-WebSocket-Accept' is wrong")
        ),
    ])
    func `A site that does not take a debugger ends its connection at once`(
        answer: String, cause: TunnelFailure.Cause
    ) async throws {
        try await bridging(.answer(answer), patience: .seconds(6)) { port, events, _ in
            // What it has said already must not turn the end into a reset.
            let received = try await debugger(port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "Content-Length: 5\r\n\r\nhello"))
                return try await Self.all(inbound)
            }
            #expect(received.isEmpty)
            guard case .failed(session: 1, let failure)? = await events.next(isolation: #isolation) else {
                Issue.record("nothing was told")
                return
            }
            #expect(failure.cause == cause)
        }
    }

    @Test(arguments: [
        (
            FakeEndpoint.Behaviour.close(say: "", code: 1013, reason: "there are 8 sessions already"),
            "takes no more debug sessions: there are 8 sessions already (end other debug sessions)"
        ), (.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "has no debug endpoint (404)"),
        (.answer(""), "closed the connection without an answer"),
        (
            .close(say: "", code: 1011, reason: "the debugger cannot be reached: it left"),
            "is not up: it left"
        ),
    ])
    func `A debugger that is not taken has its first request answered with the reason`(
        behaviour: FakeEndpoint.Behaviour, reason: String
    ) async throws {
        let request = #"{"seq": 7, "type": "request", "command": "initialize", "arguments": {}}"#
        try await bridging(behaviour, patience: .seconds(6)) { port, events, _ in
            let received = try await debugger(port) { inbound, outbound in
                try await outbound.write(
                    ByteBuffer(string: "Content-Length: \(request.utf8.count)\r\n\r\n\(request)"))
                return try await Self.all(inbound)
            }
            var reader = DebugMessageReader()
            reader.take(received)
            let answer = try #require(try reader.next())
            #expect(answer.type == "response" && answer.requestSeq == 7 && answer.command == "initialize")
            #expect(answer.success == false)
            #expect(answer.message?.contains(reason) == true, "\(answer.message ?? "")")
            while let event = await events.next(isolation: #isolation) {
                if case .attached = event { Issue.record("it was told as attached") }
                if case .failed = event { return }
            }
        }
    }

    @Test
    func `A site that gives no sign of life is left, and the debugger told by the end of its connection`()
        async throws
    {
        try await bridging(.silent, pingInterval: .milliseconds(100)) { port, events, _ in
            let received = try await debugger(port) { inbound, _ in try await Self.all(inbound) }
            #expect(received.isEmpty)
            guard case .detached(_, let report, let time)? = await events.next(isolation: #isolation),
                case .siteLost = report.end
            else {
                Issue.record("the loss was not told")
                return
            }
            #expect(time >= .milliseconds(300))
        }
    }

    @Test func `A site that answers pings is kept`() async throws {
        try await bridging(.echo, pingInterval: .seconds(1)) { port, _, _ in
            let isSame = try await debugger(port) { inbound, outbound in
                // Much longer than two pings, if nothing came back.
                try await Task.sleep(for: .seconds(4))
                try await outbound.write(ByteBuffer(string: "still there"))
                for try await part in inbound { return String(buffer: part) == "still there" }
                return false
            }
            #expect(isSame)
        }
    }

    @Test func `A connection that is cut ends the debugger's`() async throws {
        try await bridging(.cut) { port, events, _ in
            let received = try await debugger(port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "x"))
                return try await Self.all(inbound)
            }
            #expect(received.isEmpty)
            // It might have been a restart, so that it is tried again: twice.
            guard case .waiting? = await events.next(isolation: #isolation) else {
                Issue.record("the patience was not told")
                return
            }
            guard case .detached(_, let report, _)? = await events.next(isolation: #isolation),
                case .siteLost = report.end
            else {
                Issue.record("the loss was not told")
                return
            }
        }
    }

    @Test func `A site that reads nothing stops the debugger's writing, so that memory stays bounded`()
        async throws
    {
        try await bridging(.deaf) { port, _, _ in
            let isTaken = try await debugger(port) { _, outbound in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        for _ in 0..<128 {
                            try await outbound.write(ByteBuffer(repeating: 1, count: 1 << 20))
                        }
                        return true
                    }
                    group.addTask {
                        // Without back-pressure this is enough for all of it several times over.
                        try await Task.sleep(for: .seconds(3))
                        return false
                    }
                    defer { group.cancelAll() }
                    return try await group.next()
                }
            }
            #expect(isTaken == false, "128 MiB went into the bridge without anybody reading them")
        }
    }

    @Test func `A debugger that reads nothing stops the site's writing, and gets all of it when it reads`()
        async throws
    {
        let count = 128
        try await bridging(.flood(count)) { port, _, desk in
            try await debugger(port) { inbound, _ in
                // Without back-pressure this is enough for all of it several times over.
                var sent = -1
                let deadline = ContinuousClock.now + .seconds(30)
                while sent != desk.sent || sent == 0, ContinuousClock.now < deadline {
                    sent = desk.sent
                    try await Task.sleep(for: .seconds(1))
                }
                #expect((1..<count / 2).contains(sent), "\(sent) MiB went into the bridge")
                var received = 0
                for try await part in inbound {
                    received += part.readableBytes
                    if received == count << 20 { break }
                }
                #expect(received == count << 20)
            }
        }
    }

    @Test func `An attach request gets its mappings on the way`() async throws {
        let mapping = AttachRewriterTests.mapping
        let sent = AttachRewriterTests.message(AttachRewriterTests.changed[0].sent)
        let expected = AttachRewriterTests.message(AttachRewriterTests.changed[0].expected)
        try await bridging(.echo, mapping: mapping) { port, _, _ in
            let received = try await debugger(port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: sent))
                outbound.finish()
                return try await Self.all(inbound)
            }
            #expect(String(decoding: received, as: UTF8.self) == expected)
        }
    }

    @Test func `A taken port is passed over, and with no other the bridge says so`() async throws {
        try await bridging(.echo) { port, _, _ in
            try await FakeEndpoint.during(.echo) { endpoint in
                await #expect(throws: Bridge.PortTaken(ports: [port])) {
                    try await Bridge(endpoint.client).run(ports: [port]) { _ in
                    } report: { _ in
                    }
                }
                let (ports, listening) = AsyncStream.makeStream(of: Int.self)
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try? await Bridge(endpoint.client).run(ports: [port, 0]) {
                            listening.yield($0)
                        } report: { _ in
                        }
                    }
                    var iterator = ports.makeAsyncIterator()
                    let other = await iterator.next()
                    #expect(other != nil && other != port)
                    group.cancelAll()
                }
            }
        }
    }
}
