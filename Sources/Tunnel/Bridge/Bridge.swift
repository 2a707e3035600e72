import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bridge: debuggers connect to a port of this machine, and each gets a WebSocket to the site.
package struct Bridge: Sendable {
    let current: CurrentClient
    /// Gives the client anew when the site accepts the secret no more: a publish renews it.
    package var renew: (@Sendable () -> EndpointClient?)?
    /// What an attach request without path mappings gets; nil to change nothing.
    package var mapping: PathMapping?
    /// The time between two pings.
    package var pingInterval = Duration.seconds(30)
    /// How long the site may take to answer an upgrade.
    package var timeout = Duration.seconds(30)
    /// How long a debugger is made to wait for a site that starts, in all.
    package var patience = Duration.seconds(30)

    /// Creates a bridge to an endpoint.
    package init(_ client: EndpointClient) {
        current = CurrentClient(client)
    }

    var client: EndpointClient { current.value }

    /// What happens while it runs; sessions are numbered from 1.
    package enum Event: Sendable {
        /// The site is not ready, for a reason that may pass; the debugger is kept waiting.
        case waiting(session: Int, TunnelFailure)
        /// The first byte of the site's debugger has come.
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
        let report = try await relay(debugger, session: 1) { _ in }
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
}
