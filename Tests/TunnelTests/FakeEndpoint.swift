import NIOCore
import NIOPosix
import WebConfiguration

@testable import Tunnel

/// An endpoint that does what a test wants, on a port of this machine.
struct FakeEndpoint: Sendable {
    let client: EndpointClient
    let channel: any Channel

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
        /// Answers with these bytes and closes.
        case answer(String)
        /// Takes the request and says nothing.
        case never
    }

    /// Starts one.
    ///
    /// - Parameters:
    ///   - behaviour: How it answers.
    ///   - isUp: Whether questions for the status get the answer that everything is up, whatever the behaviour.
    /// - Returns: The endpoint, with a client to it.
    /// - Throws: The error of a port that cannot be had.
    static func start(_ behaviour: Behaviour, isUp: Bool = false) async throws -> FakeEndpoint {
        let channel = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FakeConnection(behaviour, isUp: isUp))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        guard let site = SiteURL("http://127.0.0.1:\(port)") else { throw ChannelError.operationUnsupported }
        let endpoint = Endpoint(site: site, secret: Secret("kJ3"))
        return FakeEndpoint(client: try EndpointClient(endpoint, environment: [:]), channel: channel)
    }

    /// Starts one for as long as `work` runs.
    static func during<Result>(
        _ behaviour: Behaviour, isUp: Bool = false, _ work: (FakeEndpoint) async throws -> Result
    ) async throws -> Result {
        let endpoint = try await start(behaviour, isUp: isUp)
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

/// The server's side of one connection, written apart from the client's code but for the proof of the handshake.
private final class FakeConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let behaviour: FakeEndpoint.Behaviour
    private let isUp: Bool
    private var received: [UInt8] = []
    private var isUpgraded = false

    init(_ behaviour: FakeEndpoint.Behaviour, isUp: Bool) {
        self.behaviour = behaviour
        self.isUp = isUp
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        if !isUpgraded { readRequest(context) }
        if isUpgraded { while let (opcode, payload) = frame() { take(opcode, payload, context) } }
    }

    private func readRequest(_ context: ChannelHandlerContext) {
        let text = String(decoding: received, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return }
        if isUp, text.hasPrefix("GET /ptvsd/status ") {
            let status = #"{"agentVersion": "1", "debuggerUp": true, "processes": [], "sessions": []}"#
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(status.utf8.count)\r\n\r\n\(status)"
            return send(Array(answer.utf8), context, closes: true)
        }
        switch behaviour {
        case .answer(let answer): return send(Array(answer.utf8), context, closes: true)
        case .never: return
        default: break
        }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let key = lines.first { $0.lowercased().hasPrefix("sec-websocket-key: ") }?.dropFirst(19) ?? ""
        received = Array(text[end.upperBound...].utf8)
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
    }

    private func take(_ opcode: UInt8, _ payload: [UInt8], _ context: ChannelHandlerContext) {
        switch (opcode, behaviour) {
        case (8, _): send(WebSocketProtocolTests.frame(8, payload), context, closes: true)
        case (_, .silent): break
        case (9, _): send(WebSocketProtocolTests.frame(10, payload), context)
        case (_, .cut): context.close(promise: nil)
        case (_, .echo): send(WebSocketProtocolTests.frame(2, payload), context)
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
