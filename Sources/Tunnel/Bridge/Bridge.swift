import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bridge: debuggers connect to a port of this machine, and each gets a WebSocket to the site.
package struct Bridge: Sendable {
    private let current: CurrentClient
    /// Gives the client anew when the site accepts the secret no more: a publish renews it.
    package var renew: (@Sendable () -> EndpointClient?)?
    /// What an attach request without path mappings gets; nil to change nothing.
    package var mapping: PathMapping?
    /// The time between two pings.
    package var pingInterval = Duration.seconds(30)
    /// How long the site may take to answer an upgrade.
    package var timeout = Duration.seconds(30)

    /// Creates a bridge to an endpoint.
    package init(_ client: EndpointClient) {
        current = CurrentClient(client)
    }

    private var client: EndpointClient { current.value }

    /// What happens while it runs; sessions are numbered from 1.
    package enum Event: Sendable {
        case attached(session: Int)
        case detached(session: Int, SessionReport, Duration)
        /// A debugger came, and the site did not take it.
        case failed(session: Int, TunnelFailure)
    }

    /// Listens on 127.0.0.1 and serves every debugger that comes, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - ports: The ports to try, in order.
    ///   - listening: Takes the port that was free.
    ///   - report: Takes what happens.
    /// - Throws: A `Failure` when no port is free; `CancellationError` in the end.
    package func run(
        ports: some Sequence<Int>, listening: (Int) async throws -> Void,
        report: @escaping @Sendable (Event) -> Void
    ) async throws {
        let listener = try await bind(ports)
        try await listener.executeThenClose { debuggers in
            try await listening(listener.channel.localAddress?.port ?? 0)
            try await withThrowingDiscardingTaskGroup { group in
                var session = 0
                for try await debugger in debuggers {
                    session += 1
                    group.addTask { [session] in await serve(debugger, session: session, report) }
                }
            }
        }
        try Task.checkCancellation()
    }

    /// Serves the one debugger on standard input and output.
    ///
    /// - Returns: How it ended.
    /// - Throws: A `TunnelFailure` when the site does not take it; `CancellationError`.
    package func runOnStandardStreams() async throws -> SessionReport {
        let debugger = try await NIOPipeBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { debugger in
                debugger.eventLoop.makeCompletedFuture {
                    try debugger.pipeline.syncOperations.addHandler(RelaySide())
                }
            }
            .takingOwnershipOfDescriptors(input: dup(STDIN_FILENO), output: dup(STDOUT_FILENO)).get()
        let report = try await relay(debugger) {}
        try Task.checkCancellation()
        return report
    }

    private func bind(_ ports: some Sequence<Int>) async throws -> NIOAsyncChannel<any Channel, Never> {
        var taken: [Int] = []
        for port in ports {
            do {
                return try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .serverChannelOption(.backlog, value: 256)
                    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .childChannelOption(.autoRead, value: false)
                    .childChannelOption(.allowRemoteHalfClosure, value: true)
                    .childChannelOption(.recvAllocator, value: Dialler.receiveBuffers)
                    .childChannelOption(.writeBufferWaterMark, value: Dialler.writeBuffers)
                    .bind(host: "127.0.0.1", port: port) { debugger in
                        debugger.eventLoop.makeCompletedFuture {
                            try debugger.pipeline.syncOperations.addHandler(RelaySide())
                            return debugger
                        }
                    }
            } catch let error as IOError where [EADDRINUSE, EACCES].contains(error.errnoCode) {
                taken.append(port)
            }
        }
        throw PortTaken(ports: taken)
    }

    /// No port was free.
    package struct PortTaken: Error, Hashable {
        /// Those that were tried.
        package let ports: [Int]
    }

    private func serve(
        _ debugger: any Channel, session: Int, _ report: @escaping @Sendable (Event) -> Void
    ) async {
        let start = ContinuousClock.now
        do {
            let result = try await relay(debugger) { report(.attached(session: session)) }
            if !Task.isCancelled { report(.detached(session: session, result, .now - start)) }
        } catch let failure as TunnelFailure {
            if !Task.isCancelled { report(.failed(session: session, failure)) }
        } catch {}
    }

    /// Opens the WebSocket for a debugger, and relays until both are closed.
    private func relay(
        _ debugger: any Channel, attached: () -> Void
    ) async throws -> SessionReport {
        let loop = debugger.eventLoop
        let ended = loop.makePromise(of: SessionReport.self)
        let site: any Channel
        do throws(TunnelFailure) {
            site = try await open(debugger, ended)
        } catch {
            // Not coupled, or not for long: then both are closed already.
            ended.fail(error)
            try? await RelaySide.dismiss(debugger)
            throw error
        }
        attached()
        let result = try await withTaskCancellationHandler {
            try await ended.futureResult.get()
        } onCancel: {
            site.triggerUserOutboundEvent(
                WebSocketClosure(WebSocketClosure.goingAway, "the bridge ends"), promise: nil)
            debugger.close(promise: nil)
        }
        if case .siteClosed(let closure) = result.end,
            let failure = client.failure(closedWith: closure, process: client.endpoint.process)
        {
            throw failure
        }
        return result
    }

    /// Opens the WebSocket for a debugger; once more with the new secret, where there is one.
    private func open(
        _ debugger: any Channel, _ ended: EventLoopPromise<SessionReport>
    ) async throws(TunnelFailure) -> any Channel {
        let client = client
        do throws(TunnelFailure) {
            return try await open(debugger, ended, with: client)
        } catch {
            guard error.cause == .secretWrong, let renewed = renew?(),
                renewed.endpoint.secret != client.endpoint.secret
            else { throw error }
            current.value = renewed
            return try await open(debugger, ended, with: renewed)
        }
    }

    private func open(
        _ debugger: any Channel, _ ended: EventLoopPromise<SessionReport>, with client: EndpointClient
    ) async throws(TunnelFailure) -> any Channel {
        let mapping = mapping
        return try await client.open(
            on: debugger.eventLoop, process: client.endpoint.process, timeout: timeout,
            pingInterval: TimeAmount(pingInterval)
        ) { site in
            try RelaySession.couple(debugger, site, mapping: mapping, ended: ended)
        }
    }
}
