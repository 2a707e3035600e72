import NIOCore
import NIOHTTP1

extension EndpointClient {
    /// Opens a WebSocket to the endpoint.
    ///
    /// - Parameters:
    ///   - loop: The event loop of the connection.
    ///   - process: The process to debug; nil for the endpoint's own choice.
    ///   - timeout: How long the answer may take once the connection stands.
    ///   - pingInterval: The time between two pings.
    ///   - configure: Called on the event loop when the upgrade is complete, before the first byte of the tunnel comes: adds
    ///     handlers that take and write plain bytes.
    /// - Returns: The connection.
    /// - Throws: A `TunnelFailure`.
    func open(
        on loop: any EventLoop, process: Int?, timeout: Duration = .seconds(30),
        pingInterval: TimeAmount = .seconds(30),
        configure: @escaping @Sendable (any Channel) throws -> Void
    ) async throws(TunnelFailure) -> any Channel {
        let endpoint = endpoint
        let channel = try await dialler.dial(on: loop)
        let handshake = WebSocketHandshake()
        let request = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: endpoint.path + (process.map { "?process=\($0)" } ?? ""),
            headers: HTTPHeaders(endpoint.headers + handshake.headers))
        let answer: HTTPAnswer
        do {
            answer = try await withTaskCancellationHandler {
                try await channel.exchange(
                    request, timeout: TimeAmount(timeout), encryption: dialler.encryption,
                    verify: { head in
                        if let violation = handshake.violation(of: head) {
                            throw endpoint.failure(.handshakeWrong(violation))
                        }
                    },
                    switched: { context in
                        let pipeline = context.channel.pipeline.syncOperations
                        try pipeline.addHandler(WebSocketHandler(pingInterval: pingInterval))
                        try configure(context.channel)
                    })
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            channel.close(promise: nil)
            throw await failure(of: error, timeout: timeout, on: loop)
        }
        guard !answer.isSwitched else { return channel }
        channel.close(promise: nil)
        let reading = AnswerReading(answer, isAuthorised: endpoint.secret != nil, isUpgrade: true)
        throw endpoint.failure(reading.cause ?? .unexpectedStatus(answer.status))
    }

    /// What the endpoint means with the way it closed a WebSocket; nil when it was an ordinary end.
    func failure(closedWith closure: WebSocketClosure, process: Int? = nil) -> TunnelFailure? {
        switch closure.code {
        case WebSocketClosure.tryAgainLater: endpoint.failure(.tooManySessions(closure.reason))
        case WebSocketClosure.internalError:
            if let process, closure.reason.contains("there is no process \(process)") {
                endpoint.failure(.processNotFound(process, others: []))
            } else {
                endpoint.failure(
                    .debuggerNotUp(
                        closure.reason.replacing(
                            WebSocketClosure.unreachable, with: "", maxReplacements: 1
                        )
                        // The hint says that.
                        .replacing("; open a page of the site first", with: "")))
            }
        default: nil
        }
    }

    /// Sees whether a WebSocket can be opened, without touching the debugger: a process is asked for that cannot be.
    ///
    /// - Throws: A `TunnelFailure` when the upgrade does not come through, or nothing comes through it.
    package func probeWebSocket(timeout: Duration = .seconds(30)) async throws(TunnelFailure) {
        let loop = group.next()
        let closed = loop.makePromise(of: WebSocketClosure?.self)
        let channel: any Channel
        do throws(TunnelFailure) {
            channel = try await open(on: loop, process: 0, timeout: timeout) { channel in
                try channel.pipeline.syncOperations.addHandler(ClosureReader(closed))
            }
        } catch {
            closed.fail(error)
            throw error
        }
        let timer = loop.scheduleTask(in: TimeAmount(timeout)) {
            closed.fail(ExchangeError.timedOut(beforeTLS: false))
        }
        defer {
            timer.cancel()
            channel.close(promise: nil)
        }
        let closure: WebSocketClosure?
        do {
            closure = try await closed.futureResult.get()
        } catch {
            throw await failure(of: error, timeout: timeout, on: loop)
        }
        guard let closure else { throw endpoint.failure(.connectionLost) }
        if let found = failure(closedWith: closure, process: 0) {
            guard case .processNotFound = found.cause else { throw found }
        }
    }
}
