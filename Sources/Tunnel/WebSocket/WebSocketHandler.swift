import NIOCore
import NIOSSL

/// A WebSocket in a pipeline: messages of any borders go in and out as plain bytes.
///
/// Closing the channel closes the WebSocket first: what was written before goes out, the peer is told, and has a moment
/// to answer. What the peer says when it closes comes as an inbound event `WebSocketClosure`.
final class WebSocketHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long the peer may take to answer a Close, and then to close the connection.
    static let patience = TimeAmount.seconds(2)
    /// How long what was written before a Close, and the Close, may take to go out.
    static let writingPatience = TimeAmount.seconds(10)

    private enum State {
        case open
        /// Our Close is sent, the peer's is awaited.
        case closing
        /// Both have said it; the connection is to go.
        case closed
    }

    private var state = State.open
    private var protocolState: WebSocketProtocol
    /// Called where a message ends, with whether it was text; a tunnel has no use for the borders.
    private let ended: ((_ isText: Bool) -> Void)?
    /// The kind of the messages that are written.
    var kind = WebSocketFrame.Opcode.binary
    private var random = SystemRandomNumberGenerator()
    private let pingInterval: TimeAmount
    private var missed = 0
    private var pinging: Scheduled<Void>?
    private var timer: Scheduled<Void>?
    /// Whether nothing is read at present, because the other side does not take what was read before.
    private var isReadHeld = false
    private var closing: [EventLoopPromise<Void>] = []
    /// The last ping that came while the peer took nothing.
    private var unanswered: ByteBuffer?

    /// - Parameters:
    ///   - pingInterval: The time between two pings; two without any sign of life after them end the connection.
    ///   - receiving: What is taken from the peer.
    ///   - ended: Called where a message ends, with whether it was text.
    init(
        pingInterval: TimeAmount, receiving: WebSocketProtocol = WebSocketProtocol(),
        ended: ((_ isText: Bool) -> Void)? = nil
    ) {
        self.pingInterval = pingInterval
        self.ended = ended
        protocolState = receiving
    }

    func handlerAdded(context: ChannelHandlerContext) {
        schedulePing(context)
    }

    private func schedulePing(_ context: ChannelHandlerContext) {
        pinging = context.eventLoop.assumeIsolated().scheduleTask(in: pingInterval) { [weak self] in
            self?.ping(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
    }

    // From the peer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        missed = 0
        protocolState.receive(unwrapInboundIn(data))
        while let action = protocolState.next() { perform(action, context) }
    }

    private func perform(_ action: WebSocketProtocol.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .deliver(let piece):
            if piece.bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(piece.bytes)) }
            if piece.isLast { ended?(piece.isText) }
        case .answerPing(let payload): answer(payload, context)
        case .heardPong: break
        case .peerCloses(let closure, let answer):
            pinging?.cancel()
            if state == .open {
                send(.close, WebSocketFrame.payload(answer, allocator: context.channel.allocator), context)
            }
            context.flush()
            state = .closed
            context.fireUserInboundEventTriggered(closure)
            // The server is the one to close first; not for ever.
            limit(context)
        case .fail(let closure):
            let isTold = state == .open
            state = .closed
            context.fireUserInboundEventTriggered(closure)
            if isTold {
                send(.close, WebSocketFrame.payload(closure, allocator: context.channel.allocator), context)
            }
            context.flush()
            context.close(promise: nil)
        }
    }

    /// Answers a ping; where the peer takes nothing at present, the last of many suffices (RFC 6455 §5.5.3).
    private func answer(_ ping: ByteBuffer, _ context: ChannelHandlerContext) {
        guard state == .open else { return }
        unanswered = context.channel.isWritable ? nil : ping
        guard unanswered == nil else { return }
        send(.pong, ping, context)
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if let ping = unanswered { answer(ping, context) }
        context.fireChannelWritabilityChanged()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReadHeld = true
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        isReadHeld = false
        context.read()
    }

    // To the peer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state == .open else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        var bytes = unwrapOutboundIn(data)
        while bytes.readableBytes > WebSocketFrame.limit,
            let part = bytes.readSlice(length: WebSocketFrame.limit)
        {
            send(kind, part, context)
        }
        send(kind, bytes, context, promise)
    }

    private func send(
        _ opcode: WebSocketFrame.Opcode, _ payload: ByteBuffer, _ context: ChannelHandlerContext,
        _ promise: EventLoopPromise<Void>? = nil
    ) {
        let frame = WebSocketFrame.bytes(
            opcode, payload, mask: random.next(), allocator: context.channel.allocator)
        context.write(wrapOutboundOut(frame), promise: promise)
    }

    private func ping(_ context: ChannelHandlerContext) {
        guard state == .open else { return }
        // While a full debugger keeps its pongs unread, the peer cannot be blamed.
        if isReadHeld { missed = 0 }
        guard missed < 2 else {
            context.fireErrorCaught(Silence(seconds: Int(pingInterval.nanoseconds * 2 / 1_000_000_000)))
            state = .closed
            context.close(promise: nil)
            return
        }
        missed += 1
        send(.ping, ByteBuffer(), context)
        context.flush()
        schedulePing(context)
    }

    /// Nothing came from the peer, not even the answers to pings.
    struct Silence: Error, Hashable {
        let seconds: Int
    }

    // The end

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let closure = event as? WebSocketClosure else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        begin(closure, context)
        promise?.succeed()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, state != .closed, context.channel.isActive else {
            return context.close(mode: mode, promise: promise)
        }
        begin(.init(WebSocketClosure.normal), context)
        if let promise { closing.append(promise) }
    }

    /// Says goodbye, and waits a moment for the answer.
    private func begin(_ closure: WebSocketClosure, _ context: ChannelHandlerContext) {
        guard state == .open else { return }
        state = .closing
        pinging?.cancel()
        let written = context.eventLoop.makePromise(of: Void.self)
        // The peer's time begins when it can know: what was written before may take long on a slow line.
        written.futureResult.assumeIsolated().whenSuccess { [weak self] in
            if let self, state == .closing { limit(context) }
        }
        send(.close, WebSocketFrame.payload(closure, allocator: context.channel.allocator), context, written)
        context.flush()
        // Whatever still comes is read, or the answer would not be found behind it.
        context.read()
        if timer == nil { limit(context, to: Self.writingPatience) }
    }

    private func limit(_ context: ChannelHandlerContext, to patience: TimeAmount = WebSocketHandler.patience)
    {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { [weak self] in
            self?.state = .closed
            context.close(promise: nil)
        }
    }

    private func stop() {
        pinging?.cancel()
        timer?.cancel()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The connection's end follows, and tells as much.
        if error as? NIOSSLError == .uncleanShutdown { return }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        state = .closed
        for promise in closing { promise.succeed() }
        closing = []
        context.fireChannelInactive()
    }
}
