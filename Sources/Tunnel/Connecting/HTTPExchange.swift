import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// An answer of HTTP, as far as it is of use.
struct HTTPAnswer: Sendable {
    var head: HTTPResponseHead
    /// The body's beginning, up to `HTTPExchange.bodyLimit`.
    var body: [UInt8] = []
    /// Whether the connection is now one of another protocol.
    var isSwitched = false

    var status: Int { Int(head.status.code) }

    /// The body as one line of plain text, where it is text of the endpoint's kind and not a page.
    var text: String? {
        guard head.headers.first(name: "content-type")?.hasPrefix("text/plain") == true else { return nil }
        return String(decoding: body.prefix(500), as: UTF8.self).split(whereSeparator: \.isNewline).first
            .map(String.init)
    }
}

/// What ends an exchange without an answer.
enum ExchangeError: Error {
    case closed
    case timedOut(beforeTLS: Bool)
}

/// Sends one request on a connection and takes its answer; then it has no further use.
///
/// A body is read as long as it is small: what the endpoint says fits in, and a page of the site needs no reading to its
/// end.
final class HTTPExchange: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    static let bodyLimit = 1 << 20

    private let request: HTTPRequestHead
    private let timeout: TimeAmount
    private let promise: EventLoopPromise<HTTPAnswer>
    /// Looks at the answer where the connection is to change its protocol.
    private let verify: ((HTTPResponseHead) throws -> Void)?
    /// Called when it has changed, before the first byte of the new protocol is delivered.
    private let switched: ((ChannelHandlerContext) throws -> Void)?
    private var answer: HTTPAnswer?
    private var timer: Scheduled<Void>?
    private var awaitsTLS: Bool
    private var isOver = false
    /// What came of the new protocol before its handlers are there; nil while the old one is spoken.
    private var held: [NIOAny]?

    init(
        _ request: HTTPRequestHead, timeout: TimeAmount, awaitsTLS: Bool,
        promise: EventLoopPromise<HTTPAnswer>,
        verify: ((HTTPResponseHead) throws -> Void)? = nil,
        switched: ((ChannelHandlerContext) throws -> Void)? = nil
    ) {
        self.request = request
        self.timeout = timeout
        self.awaitsTLS = awaitsTLS
        self.promise = promise
        self.verify = verify
        self.switched = switched
    }

    /// Puts an exchange, and the codec it needs, at the end of a pipeline; to be called on the channel's event loop.
    static func begin(_ exchange: HTTPExchange, on pipeline: ChannelPipeline) throws {
        let decoder = HTTPResponseDecoder(
            leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop)
        try pipeline.syncOperations.addHandlers(
            [HTTPRequestEncoder(), ByteToMessageHandler(decoder), exchange], position: .last)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
            guard let self else { return }
            self.fail(ExchangeError.timedOut(beforeTLS: self.awaitsTLS), context)
        }
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard held == nil else {
            held?.append(data)
            return
        }
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer = HTTPAnswer(head: head)
        case .body(let part):
            let room = Self.bodyLimit - (answer?.body.count ?? 0)
            answer?.body += part.readableBytesView.prefix(room)
            if part.readableBytes > room { finish(context) }
        case .end:
            finish(context)
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard !isOver, let answer else { return }
        let isConnect = request.method == .CONNECT
        if switched != nil, isConnect ? (200..<300).contains(answer.status) : answer.status == 101 {
            return makeWay(answer, context)
        }
        isOver = true
        timer?.cancel()
        promise.succeed(answer)
    }

    /// Takes the codec of HTTP out of the pipeline.
    ///
    /// What the decoder has of the new protocol it hands on when it goes, and until it is gone nothing may be written:
    /// so that is held, and what comes after is put in place then.
    private func makeWay(_ answer: HTTPAnswer, _ context: ChannelHandlerContext) {
        held = []
        let pipeline = context.pipeline.syncOperations
        do {
            try verify?(answer.head)
            pipeline.removeHandler(
                context: try pipeline.context(handlerType: HTTPRequestEncoder.self), promise: nil)
            let gone = context.eventLoop.makePromise(of: Void.self)
            let decoder = ByteToMessageHandler<HTTPResponseDecoder>.self
            pipeline.removeHandler(context: try pipeline.context(handlerType: decoder), promise: gone)
            gone.futureResult.assumeIsolated().whenSuccess { self.handOver(answer, context) }
        } catch {
            fail(error, context)
        }
    }

    private func handOver(_ answer: HTTPAnswer, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        do {
            try switched?(context)
        } catch {
            return fail(error, context)
        }
        isOver = true
        timer?.cancel()
        var answer = answer
        answer.isSwitched = true
        promise.succeed(answer)
        let held = held ?? []
        self.held = nil
        for data in held { context.fireChannelRead(data) }
        if !held.isEmpty { context.fireChannelReadComplete() }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        promise.fail(error)
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { awaitsTLS = false }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A server that ends the connection without the ritual of TLS ends it all the same.
        if error as? NIOSSLError == .uncleanShutdown { return }
        fail(error, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ExchangeError.closed, context)
        context.fireChannelInactive()
    }
}
