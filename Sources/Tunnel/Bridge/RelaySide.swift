import NIOCore

/// The end of one connection's pipeline in a session.
final class RelaySide: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var session: RelaySession?
    private var partner: RelaySide?
    private var context: ChannelHandlerContext?
    /// A read that waits until the partner takes more.
    private var isReadHeld = false
    private var isClosing = false
    /// What came before there was a session: a peer that leaves early has all it sent read, whoever waits for it.
    private var held: [ByteBuffer] = []
    private var hasFinished = false
    /// What a debugger that is not taken is told, in answer to its first request.
    private var refusal: DebugRefusal?

    /// Joins a session.
    func begin(_ session: RelaySession, partner: RelaySide) {
        self.session = session
        self.partner = partner
    }

    /// Hands on what came before there was a session.
    func catchUp() {
        guard let session else { return }
        for bytes in held { session.took(bytes, from: self) }
        held = []
        partner?.flush()
        if let context, !context.channel.isActive {
            leave()
        } else if hasFinished {
            session.debuggerFinished()
        }
    }

    /// Leaves its session for another one, which is to be told `bytes` first.
    func wait(holding bytes: [UInt8]) {
        session = nil
        partner = nil
        isReadHeld = false
        held = [ByteBuffer(bytes: bytes)]
        try? context?.channel.syncOptions?.setOption(.autoRead, value: false)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    // Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if refusal != nil {
            refusal?.take(unwrapInboundIn(data).readableBytesView)
            answerRefused()
        } else if let session {
            session.took(unwrapInboundIn(data), from: self)
        } else if !isClosing {
            held.append(unwrapInboundIn(data))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.flush()
    }

    func read(context: ChannelHandlerContext) {
        if partner?.isFull == true { isReadHeld = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.resume() }
        context.fireChannelWritabilityChanged()
    }

    private func resume() {
        guard isReadHeld else { return }
        isReadHeld = false
        context?.read()
    }

    // Writing

    /// Whether it takes nothing more at present; one that is closed takes everything, and drops it.
    private var isFull: Bool { context.map { $0.channel.isActive && !$0.channel.isWritable } ?? false }

    func write(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    func flush() {
        context?.flush()
    }

    // The end

    func close() {
        guard !isClosing else { return }
        isClosing = true
        context?.close(promise: nil)
        // Its partner's full buffer must not keep it from reading the end.
        resume()
    }

    /// Ends the connection once everything is written, or `patience` is over.
    ///
    /// The peer sees the end of what it reads, and has a moment to leave by itself: closing at once, with something of it
    /// unread, would throw away what it has not read yet.
    func closeWhenWritten(within patience: TimeAmount) {
        // Where a refusal awaits the request it answers, that ends it.
        if let refusal, refusal.answer == nil { return }
        guard !isClosing, let context else { return }
        isClosing = true
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            context.close(promise: nil)
        }
        written.futureResult.assumeIsolated().whenComplete { _ in
            timer.cancel()
            context.close(mode: .output, promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { context.close(promise: nil) }
        }
        resume()
    }

    /// Answers the debugger's first request with a failure once it is there, and ends the connection.
    ///
    /// - Parameters:
    ///   - failure: Why the site does not take it.
    ///   - said: What the debugger has said so far.
    func refuse(_ failure: TunnelFailure, said: some Sequence<UInt8>) {
        guard !isClosing, refusal == nil, let context else { return }
        refusal = DebugRefusal(failure)
        refusal?.take(said)
        if hasFinished { refusal?.finish() }
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            self?.refusal?.finish()
            self?.answerRefused()
        }
        resume()
        answerRefused()
    }

    private func answerRefused() {
        guard !isClosing, let answer = refusal?.answer else { return }
        write(ByteBuffer(bytes: answer))
        closeWhenWritten(within: .seconds(1))
    }

    /// Ends the connection of a debugger that the site does not take.
    ///
    /// - Parameters:
    ///   - debugger: Its connection.
    ///   - failure: What it is told; nil to tell it nothing.
    /// - Throws: The error of a connection that is closed already.
    static func dismiss(_ debugger: any Channel, because failure: TunnelFailure?) async throws {
        try await debugger.eventLoop.submit {
            let side = try debugger.pipeline.syncOperations.handler(type: RelaySide.self)
            try debugger.syncOptions?.setOption(.autoRead, value: true)
            let said = side.held.flatMap { Array($0.readableBytesView) }
            side.held = []
            if let failure {
                side.refuse(failure, said: said)
            } else if side.hasFinished {
                side.close()
            } else {
                side.closeWhenWritten(within: .seconds(1))
            }
        }.get()
        try await debugger.closeFuture.get()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            hasFinished = true
            if isClosing {
                context.close(promise: nil)
            } else if refusal != nil {
                refusal?.finish()
                answerRefused()
            } else {
                session?.debuggerFinished()
            }
        case let closure as WebSocketClosure: session?.siteSaid(closure)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        session?.failed(self, error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
    }

    private func leave() {
        guard let session else { return }
        session.closed(self)
        partner = nil
        self.session = nil
    }
}
