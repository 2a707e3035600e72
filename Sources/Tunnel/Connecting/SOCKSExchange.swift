import Addresses
import NIOCore
import NIOSOCKS

/// Waits until a SOCKS proxy has connected to an endpoint; then it has no further use, nor has the library's handler.
final class SOCKSExchange: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<Void>

    private init(_ promise: EventLoopPromise<Void>) {
        self.promise = promise
    }

    /// Asks the proxy at the other end of a connection to connect to an endpoint, whose name it looks up itself.
    ///
    /// - Parameters:
    ///   - channel: The connection, on which nothing was sent yet.
    ///   - endpoint: The endpoint.
    ///   - timeout: How long the proxy may take.
    /// - Returns: Why it does not; nil where it has.
    static func refusal(
        connecting channel: any Channel, to endpoint: Endpoint, timeout: TimeAmount
    ) async -> ProxyFailure.Cause? {
        let target: SOCKSAddress
        if let address = endpoint.address {
            target = .address(address)
        } else if endpoint.host.utf8.count <= Int(UInt8.max) {
            target = .domain(endpoint.host, port: endpoint.port)
        } else {
            return .refused("the name is too long")
        }
        do {
            try await withTaskCancellationHandler {
                try await channel.eventLoop.flatSubmit {
                    established(channel, SOCKSClientHandler(targetAddress: target), timeout)
                }.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            return nil
        } catch ExchangeError.timedOut {
            return .notReached("it gave no answer")
        } catch {
            return .init(socksError: error) ?? .closed
        }
    }

    private static func established(
        _ channel: any Channel, _ handler: SOCKSClientHandler, _ timeout: TimeAmount
    ) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let exchange = SOCKSExchange(promise)
        let timer = channel.eventLoop.scheduleTask(in: timeout) {
            promise.fail(ExchangeError.timedOut(beforeTLS: true))
        }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        do {
            try channel.pipeline.syncOperations.addHandlers([handler, exchange])
        } catch {
            promise.fail(error)
        }
        // One that has ended already tells its handlers nothing any more.
        if !channel.isActive { promise.fail(ExchangeError.closed) }
        let pipeline = channel.pipeline.syncOperations
        return promise.futureResult.assumeIsolated()
            .flatMap { pipeline.removeHandler(exchange) }
            .flatMap { pipeline.removeHandler(handler) }
            .nonisolated()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is SOCKSProxyEstablishedEvent { promise.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ExchangeError.closed)
        context.fireChannelInactive()
    }
}
