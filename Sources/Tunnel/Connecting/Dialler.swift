import Addresses
import NIOCore
import NIOHTTP1
import NIOPosix
import WebConfiguration

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes the connection that requests to an endpoint travel on: name, TCP, proxy, TLS.
struct Dialler: Sendable {
    let endpoint: Endpoint
    let proxy: Proxy?
    /// Nil for connections in clear.
    var trust: Trust?
    var connectTimeout = TimeAmount.seconds(15)

    /// Receive buffers: large enough that a busy tunnel needs few system calls, small where little comes.
    static let receiveBuffers = AdaptiveRecvByteBufferAllocator(
        minimum: 4096, initial: 65_536, maximum: 65_536)

    /// How much may wait to be written before the other side is not read any more: some reads' worth, so that reading
    /// and writing overlap.
    static let writeBuffers = ChannelOptions.Types.WriteBufferWaterMark(low: 131_072, high: 524_288)

    /// Connects.
    ///
    /// TLS is begun with what is sent first, in the same turn of the event loop, so that its failure is met there.
    ///
    /// - Parameter loop: The event loop of the connection.
    /// - Returns: The connection; it reads only where it is told to.
    /// - Throws: A `TunnelFailure`.
    func dial(on loop: any EventLoop) async throws(TunnelFailure) -> any Channel {
        do {
            let channel = try await connect(on: loop)
            do {
                if let proxy { try await pass(proxy, channel) }
            } catch {
                channel.close(promise: nil)
                throw error
            }
            return channel
        } catch {
            throw failure(error)
        }
    }

    private func connect(on loop: any EventLoop) async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(connectTimeout)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: Self.receiveBuffers)
            .channelOption(.writeBufferWaterMark, value: Self.writeBuffers)
        let (host, port) = proxy.map { ($0.host, $0.port) } ?? (endpoint.host, endpoint.port)
        let connecting =
            if let address = try? SocketAddress(ipAddress: host, port: port) {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: host, port: port)
            }
        // Nobody who has lost patience is made to wait for a host that does not answer.
        let first = loop.makePromise(of: (any Channel).self)
        connecting.whenComplete { first.completeWith($0) }
        return try await withTaskCancellationHandler {
            do {
                return try await first.futureResult.get()
            } catch {
                connecting.whenSuccess { $0.close(promise: nil) }
                throw error
            }
        } onCancel: {
            first.fail(CancellationError())
        }
    }

    /// Has the proxy connect to the endpoint.
    private func pass(_ proxy: Proxy, _ channel: any Channel) async throws {
        let cause: ProxyFailure.Cause? =
            switch proxy.kind {
            case .http: await refusal(ofCONNECTBy: proxy, channel)
            case .socks:
                await SOCKSExchange.refusal(connecting: channel, to: endpoint, timeout: connectTimeout)
            }
        if let cause { throw endpoint.failure(.proxy(proxy.failure(cause))) }
    }

    private func refusal(ofCONNECTBy proxy: Proxy, _ channel: any Channel) async -> ProxyFailure.Cause? {
        let target = "\(endpoint.site.host):\(endpoint.port)"
        var headers = HTTPHeaders([("Host", target), ("User-Agent", "ptvsd-publish")])
        if let credentials = proxy.credentials {
            headers.add(name: "Proxy-Authorization", value: "Basic \(credentials)")
        }
        let request = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: target, headers: headers)
        let answer: HTTPAnswer
        do {
            answer = try await withTaskCancellationHandler {
                try await channel.exchange(request, timeout: connectTimeout, switched: { _ in })
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            return .notReached("it gave no answer")
        }
        guard !answer.isSwitched else { return nil }
        return answer.status == 407
            ? .credentials(given: proxy.credentials != nil) : .refused(status: answer.status)
    }

    /// What TLS is begun with; nil for connections in clear.
    var encryption: Encryption? {
        trust.map { Encryption(trust: $0, serverName: endpoint.serverName) }
    }

    /// What an error of connecting means.
    func failure(_ error: any Error) -> TunnelFailure {
        if let failure = error as? TunnelFailure { return failure }
        let cause = Self.cause(of: error, seconds: Int(connectTimeout.nanoseconds / 1_000_000_000))
        guard let proxy else { return endpoint.failure(cause) }
        let reason =
            switch cause {
            case .nameNotFound: "its name cannot be found"
            case .refused: "it refuses the connection"
            case .timedOut: "it does not answer"
            default: "\(error)"
            }
        return endpoint.failure(.proxy(proxy.failure(.notReached(reason))))
    }

    private static func cause(of error: any Error, seconds: Int) -> TunnelFailure.Cause {
        switch error {
        case let error as NIOConnectionError:
            let causes = error.connectionErrors.map { cause(of: $0.error, seconds: seconds) }
            return causes.first { $0 == .refused } ?? causes.first ?? .nameNotFound
        case is SocketAddressError: return .nameNotFound
        case ChannelError.connectTimeout: return .timedOut(seconds: seconds)
        case let error as IOError where error.errnoCode == ECONNREFUSED: return .refused
        case let error as IOError where error.errnoCode == ETIMEDOUT: return .timedOut(seconds: seconds)
        case let error as IOError:
            return .unreachable(String(cString: strerror(error.errnoCode)).lowercased())
        default: return .unreachable("\(error)")
        }
    }
}

extension Endpoint {
    /// The name for SNI and the certificate's check; nil for addresses, which have no SNI.
    var serverName: String? { address == nil ? host : nil }

    /// The address, where the site has no name.
    var address: SocketAddress? { try? SocketAddress(ipAddress: host, port: port) }
}

extension Channel {
    /// Sends one request and takes the answer.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - timeout: How long the answer may take.
    ///   - encryption: What TLS is begun with before; nil where the connection is in clear, or encrypted already.
    ///   - verify: Looks at the answer where the connection is to change its protocol.
    ///   - switched: Called when it has changed; absent where it is not to.
    /// - Returns: The answer.
    /// - Throws: An `ExchangeError`, or the error of the connection.
    func exchange(
        _ request: HTTPRequestHead, timeout: TimeAmount, encryption: Encryption? = nil,
        verify: (@Sendable (HTTPResponseHead) throws -> Void)? = nil,
        switched: (@Sendable (ChannelHandlerContext) throws -> Void)? = nil
    ) async throws -> HTTPAnswer {
        try await eventLoop.flatSubmit {
            let promise = self.eventLoop.makePromise(of: HTTPAnswer.self)
            guard self.isActive else {
                promise.fail(ExchangeError.closed)
                return promise.futureResult
            }
            let exchange = HTTPExchange(
                request, timeout: timeout, awaitsTLS: encryption != nil, promise: promise, verify: verify,
                switched: switched)
            do {
                if let encryption {
                    try self.pipeline.syncOperations.addHandler(try encryption.handler(), position: .first)
                }
                try HTTPExchange.begin(exchange, on: self.pipeline)
            } catch {
                promise.fail(error)
            }
            return promise.futureResult
        }.get()
    }
}
