// Runs the cases of Autobahn's fuzzing server: every message is sent back. Usage: websocket-echo PORT AGENT
// It uses what is internal to the tunnel, which only a debug build lets it.
#if DEBUG
    import NIOCore
    import NIOHTTP1
    import NIOPosix

    @testable import Tunnel

    /// Sends each message back that the bridge's own handler hands on.
    final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let text: EventLoopPromise<String>
        private var message = ByteBuffer()
        private var context: ChannelHandlerContext?

        init(_ text: EventLoopPromise<String>) {
            self.text = text
        }

        /// Puts it behind a handler as the bridge has it, but that takes text and large frames as well.
        static func add(to channel: any Channel, _ text: EventLoopPromise<String>) throws {
            let echo = Echo(text)
            let handler = WebSocketHandler(
                pingInterval: .seconds(30), receiving: WebSocketProtocol(takesText: true, limit: 32 << 20)
            ) { echo.answer(isText: $0) }
            try channel.pipeline.syncOperations.addHandlers(handler, echo)
        }

        func handlerAdded(context: ChannelHandlerContext) {
            self.context = context
        }

        func handlerRemoved(context: ChannelHandlerContext) {
            self.context = nil
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            message.writeImmutableBuffer(unwrapInboundIn(data))
        }

        private func answer(isText: Bool) {
            text.succeed(String(buffer: message))
            let handler = try? context?.pipeline.syncOperations.handler(type: WebSocketHandler.self)
            handler?.kind = isText ? .text : .binary
            context?.writeAndFlush(wrapOutboundOut(message), promise: nil)
            message = ByteBuffer()
        }

        func channelInactive(context: ChannelHandlerContext) {
            text.succeed("")
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    /// The answer to an upgrade was another than the protocol has it.
    struct Violation: Error {
        let text: String
    }

    /// Opens one connection and waits for its end; the first message that came.
    func run(_ path: String, port: Int) async throws -> String {
        let loop = NIOSingletons.posixEventLoopGroup.next()
        let text = loop.makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: port).get()
        let handshake = WebSocketHandshake()
        let request = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: path,
            headers: HTTPHeaders([("Host", "127.0.0.1:\(port)")] + handshake.headers))
        let answer = try await channel.exchange(
            request, timeout: .seconds(30),
            verify: { head in
                if let violation = handshake.violation(of: head) { throw Violation(text: violation) }
            },
            switched: { context in try Echo.add(to: context.channel, text) })
        guard answer.isSwitched else { throw Violation(text: "it answers with \(answer.status)") }
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
#endif
