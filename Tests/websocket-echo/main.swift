// Runs the cases of Autobahn's fuzzing server: every message is sent back. Usage: websocket-echo PORT AGENT
import NIOCore
import NIOPosix
import Tunnel

/// One connection: the handshake, then an echo on the protocol and the frames of the bridge.
final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let path: String
    private let text: EventLoopPromise<String>
    private var machine = WebSocketProtocol(takesText: true, limit: 32 << 20)
    private var random = SystemRandomNumberGenerator()
    private var head = ByteBuffer()
    private var isUpgraded = false
    private var message = ByteBuffer()
    private var isClosing = false

    init(_ path: String, _ text: EventLoopPromise<String>) {
        (self.path, self.text) = (path, text)
    }

    func channelActive(context: ChannelHandlerContext) {
        let request =
            "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(context.channel.remoteAddress?.port ?? 0)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if !isUpgraded {
            head.writeBuffer(&bytes)
            let text = String(buffer: head)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return }
            isUpgraded = true
            head.moveReaderIndex(forwardBy: text[..<end.upperBound].utf8.count)
            bytes = head
        }
        machine.receive(bytes)
        while let action = machine.next() { perform(action, context) }
    }

    private func perform(_ action: WebSocketProtocol.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .deliver(var piece):
            message.writeBuffer(&piece.bytes)
            guard piece.isLast else { return }
            text.succeed(String(buffer: message))
            send(piece.isText ? .text : .binary, message, context)
            message = ByteBuffer()
        case .answerPing(let payload): send(.pong, payload, context)
        case .heardPong: break
        case .peerCloses(_, let answer): close(answer, context)
        case .fail(let closure):
            close(closure, context)
            context.close(promise: nil)
        }
    }

    private func close(_ closure: WebSocketClosure, _ context: ChannelHandlerContext) {
        send(.close, WebSocketFrame.payload(closure, allocator: context.channel.allocator), context)
        isClosing = true
    }

    private func send(
        _ opcode: WebSocketFrame.Opcode, _ payload: ByteBuffer, _ context: ChannelHandlerContext
    ) {
        guard !isClosing else { return }
        let frame = WebSocketFrame.bytes(
            opcode, payload, mask: random.next(), allocator: context.channel.allocator)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        text.succeed("")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// Opens one connection and waits for its end; the first message that came.
func run(_ path: String, port: Int) async throws -> String {
    let loop = NIOSingletons.posixEventLoopGroup.next()
    let text = loop.makePromise(of: String.self)
    let channel = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Echo(path, text))
            }
        }
        .connect(host: "127.0.0.1", port: port).get()
    try await channel.closeFuture.get()
    return try await text.futureResult.get()
}

guard CommandLine.arguments.count == 3, let port = Int(CommandLine.arguments[1]) else {
    print("usage: websocket-echo PORT AGENT")
    throw ChannelError.operationUnsupported
}
let agent = CommandLine.arguments[2]
let count = Int(try await run("/getCaseCount", port: port)) ?? 0
for number in 1...max(count, 1) {
    _ = try await run("/runCase?case=\(number)&agent=\(agent)", port: port)
}
_ = try await run("/updateReports?agent=\(agent)", port: port)
print(count)
