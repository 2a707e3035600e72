import NIOCore
import NIOPosix
import Synchronization
import WebConfiguration

@testable import Tunnel

/// An endpoint that does what a test wants, on a port of this machine.
struct FakeEndpoint: Sendable {
    let client: EndpointClient
    let channel: any Channel
    /// What it was asked and says of its status.
    let desk: StatusDesk

    /// How it answers one connection; called on its event loop.
    enum Behaviour: Sendable {
        /// Upgrades, then sends back what comes.
        case echo
        /// Upgrades, says something, and closes with a code.
        case close(say: String, code: UInt16, reason: String)
        /// Upgrades and takes what comes without a word, not even to pings.
        case silent
        /// Upgrades and reads nothing more.
        case deaf
        /// Upgrades and cuts the connection at the first byte.
        case cut
        /// Upgrades and, the first time, takes a message and closes with a code, or is cut; later it sends back what
        /// comes.
        case restart(code: UInt16?)
        /// Answers with these bytes and closes.
        case answer(String)
        /// Takes the request and says nothing.
        case never
        /// Upgrades and sends so many frames of 1 MiB, as fast as they are taken.
        case flood(Int)
    }

    /// Starts one.
    ///
    /// - Parameters:
    ///   - behaviour: How it answers.
    ///   - statuses: What questions for the status get; without any they are answered like everything else.
    /// - Returns: The endpoint, with a client to it.
    /// - Throws: The error of a port that cannot be had.
    static func start(_ behaviour: Behaviour, statuses: [StatusDesk.Answer] = []) async throws -> FakeEndpoint
    {
        let desk = StatusDesk(statuses)
        let channel = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FakeConnection(behaviour, desk))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        guard let site = SiteURL("http://127.0.0.1:\(port)") else { throw ChannelError.operationUnsupported }
        let endpoint = Endpoint(site: site, secret: Secret("kJ3"))
        return FakeEndpoint(
            client: try EndpointClient(endpoint, environment: [:]), channel: channel, desk: desk)
    }

    /// Starts one for as long as `work` runs.
    static func during<Result>(
        _ behaviour: Behaviour, statuses: [StatusDesk.Answer] = [],
        _ work: (FakeEndpoint) async throws -> Result
    ) async throws -> Result {
        let endpoint = try await start(behaviour, statuses: statuses)
        do {
            let result = try await work(endpoint)
            try await endpoint.channel.close()
            return result
        } catch {
            try await endpoint.channel.close()
            throw error
        }
    }
}

/// What an endpoint says of its status, and what it was asked.
final class StatusDesk: Sendable {
    /// One answer.
    struct Answer: Sendable {
        var status = "200 OK"
        var debuggerUp = true
        var delay = TimeAmount.zero
        /// How many pages have to be asked for until the next answer takes its place.
        var pages = 0

        /// Everything is up.
        static let up = Answer()
    }

    private let state: Mutex<(answers: [Answer], asked: [String])>
    private let frames = Atomic(0)

    init(_ answers: [Answer]) {
        state = Mutex((answers, []))
    }

    /// How many frames of a flood are out.
    var sent: Int { frames.load(ordering: .relaxed) }

    /// Another frame of a flood is out.
    func count() {
        frames.add(1, ordering: .relaxed)
    }

    /// The first lines of the requests so far, without the protocol's version.
    var asked: [String] { state.withLock { $0.asked } }

    /// How often a WebSocket was asked for.
    var upgrades: Int { asked.count { $0 == "GET /ptvsd" } }

    /// Takes a request; the answer, where it is one for the status, and how long it takes.
    func take(_ request: String) -> (text: String, delay: TimeAmount)? {
        let line = request.prefix { $0 != "\r\n" }.split(separator: " ").prefix(2).joined(separator: " ")
        let answer = state.withLock { state -> Answer? in
            state.asked.append(line)
            guard line == "GET /ptvsd/status" else { return nil }
            let pages = state.asked.count { $0 == "GET /" }
            while state.answers.count > 1, pages >= state.answers[0].pages { state.answers.removeFirst() }
            return state.answers.first
        }
        guard let answer else { return nil }
        let body =
            #"{"agentVersion": "1", "debuggerUp": \#(answer.debuggerUp), "processes": [], "sessions": []}"#
        return (
            "HTTP/1.1 \(answer.status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", answer.delay
        )
    }
}

/// The server's side of one connection, written apart from the client's code but for the proof of the handshake.
private final class FakeConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let behaviour: FakeEndpoint.Behaviour
    private let desk: StatusDesk
    private var received: [UInt8] = []
    private var isUpgraded = false

    init(_ behaviour: FakeEndpoint.Behaviour, _ desk: StatusDesk) {
        self.behaviour = behaviour
        self.desk = desk
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        if !isUpgraded { readRequest(context) }
        if isUpgraded { while let (opcode, payload) = frame() { take(opcode, payload, context) } }
    }

    private func readRequest(_ context: ChannelHandlerContext) {
        let text = String(decoding: received, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return }
        received = Array(text[end.upperBound...].utf8)
        if let answer = desk.take(text) {
            context.eventLoop.assumeIsolated().scheduleTask(in: answer.delay) {
                self.send(Array(answer.text.utf8), context, closes: true)
            }
            return
        }
        switch behaviour {
        case .answer(let answer): return send(Array(answer.utf8), context, closes: true)
        case .never: return
        default: break
        }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let key = lines.first { $0.lowercased().hasPrefix("sec-websocket-key: ") }?.dropFirst(19) ?? ""
        isUpgraded = true
        let accept = WebSocketHandshake(key: String(key)).accept
        var answer = Array(
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept)\r\n\r\n").utf8)
        switch behaviour {
        case .close(let say, let code, let reason):
            // In one packet with the answer: what follows at once must not be lost.
            answer += WebSocketProtocolTests.frame(2, Array(say.utf8))
            answer += WebSocketProtocolTests.frame(
                8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
        case .deaf: context.channel.setOption(.autoRead, value: false).whenComplete { _ in }
        default: break
        }
        send(answer, context)
        if case .flood(let count) = behaviour { flood(count, context) }
    }

    /// Sends a frame, and the next one when it is out.
    private func flood(_ count: Int, _ context: ChannelHandlerContext) {
        guard count > 0 else { return }
        let frame = WebSocketProtocolTests.frame(2, [UInt8](repeating: UInt8(count & 0xFF), count: 1 << 20))
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { [self] in
            desk.count()
            flood(count - 1, context)
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: frame)), promise: written)
    }

    private func take(_ opcode: UInt8, _ payload: [UInt8], _ context: ChannelHandlerContext) {
        switch (opcode, behaviour) {
        case (8, _): send(WebSocketProtocolTests.frame(8, payload), context, closes: true)
        case (_, .silent): break
        case (9, _): send(WebSocketProtocolTests.frame(10, payload), context)
        case (_, .cut): context.close(promise: nil)
        case (_, .restart(nil)) where desk.upgrades == 1: context.close(promise: nil)
        case (_, .restart(let code?)) where desk.upgrades == 1:
            let reason = code == 1011 ? "the debugger cannot be reached: it left" : "the site restarts"
            let bytes = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
            send(WebSocketProtocolTests.frame(8, bytes), context)
        case (_, .echo), (_, .restart): send(WebSocketProtocolTests.frame(2, payload), context)
        default: break
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext, closes: Bool = false) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        if closes { context.close(mode: .output, promise: nil) }
    }

    /// The next whole frame of a client.
    private func frame() -> (UInt8, [UInt8])? {
        guard received.count >= 2 else { return nil }
        var (length, start) = (Int(received[1] & 0x7F), 2)
        if length >= 126 {
            start = length == 126 ? 4 : 10
            guard received.count >= start else { return nil }
            length = received[2..<start].reduce(0) { $0 << 8 | Int($1) }
        }
        guard received[1] & 0x80 != 0, received.count >= start + 4 + length else { return nil }
        let key = Array(received[start..<start + 4])
        let payload = received[(start + 4)..<(start + 4 + length)].enumerated().map { $1 ^ key[$0 & 3] }
        let opcode = received[0] & 0x0F
        received.removeFirst(start + 4 + length)
        return (opcode, payload)
    }
}
