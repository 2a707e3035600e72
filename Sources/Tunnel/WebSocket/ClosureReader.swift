import NIOCore

/// Keeps what the peer says when it closes the WebSocket; nil when the connection ends without a word.
final class ClosureReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let promise: EventLoopPromise<WebSocketClosure?>

    init(_ promise: EventLoopPromise<WebSocketClosure?>) {
        self.promise = promise
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let closure = event as? WebSocketClosure {
            promise.succeed(closure)
            // Nothing comes after this.
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(nil)
        context.fireChannelInactive()
    }
}
