import NIOCore

/// One debug session that attaches, asks who is there, and leaves; the program runs on all the while.
package struct DebugProbe: Sendable {
    private let client: EndpointClient
    private let patience: Duration

    /// Creates a probe.
    ///
    /// - Parameters:
    ///   - client: The endpoint.
    ///   - patience: How long the whole session may take.
    package init(_ client: EndpointClient, patience: Duration) {
        self.client = client
        self.patience = patience
    }

    /// The process at the other end.
    package struct Finding: Sendable, Hashable {
        package var pid: Int?
        /// The version of its Python.
        package var pythonVersion: String?
        /// Its interpreter.
        package var executable: String?
        /// The version of the debugger in it.
        package var debuggerVersion: String?
        /// How long one request took.
        package var roundTrip: Duration
    }

    /// Attaches and leaves.
    ///
    /// - Returns: What was found.
    /// - Throws: A `TunnelFailure`; `CancellationError`.
    package func run() async throws -> Finding {
        let loop = client.group.next()
        let stream = loop.makePromise(of: NIOAsyncChannel<ByteBuffer, ByteBuffer>.self)
        let closed = loop.makePromise(of: WebSocketClosure?.self)
        let site: any Channel
        do throws(TunnelFailure) {
            site = try await client.open(on: loop, process: client.endpoint.process) { site in
                try site.pipeline.syncOperations.addHandler(ClosureReader(closed))
                stream.succeed(try NIOAsyncChannel(wrappingChannelSynchronously: site))
            }
        } catch {
            stream.fail(error)
            closed.fail(error)
            throw error
        }
        let channel = try await stream.futureResult.get()
        let seconds = Int(patience.components.seconds)
        let timer = loop.scheduleTask(in: TimeAmount(patience)) { site.close(promise: nil) }
        defer { timer.cancel() }
        let start = ContinuousClock.now
        do {
            return try await channel.executeThenClose { inbound, outbound in
                var session = Session(messages: inbound.makeAsyncIterator(), outbound: outbound)
                return try await session.run()
            }
        } catch let refusal as Refusal {
            throw client.endpoint.failure(.debuggerRefused(refusal.text))
        } catch {
            try Task.checkCancellation()
            if ContinuousClock.now - start >= patience {
                throw client.endpoint.failure(.debuggerSilent(seconds: seconds))
            }
            let closure = try? await closed.futureResult.get()
            throw closure.flatMap { client.failure(closedWith: $0, process: client.endpoint.process) }
                ?? client.endpoint.failure(.debuggerRefused(closure?.reason ?? "the connection was cut"))
        }
    }

    /// The debugger says no.
    private struct Refusal: Error {
        let text: String
    }

    /// The connection ended before its time.
    private struct Ended: Error {}

    private struct Session {
        var messages: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        var reader = DebugMessageReader()
        var sequence = 0
        /// What came and was not asked for yet.
        var waiting: [DebugMessage] = []

        /// The answer to `attach` comes only after `configurationDone`, and that may be sent after `initialized` only.
        mutating func run() async throws -> Finding {
            _ = try await ask(
                "initialize", ["clientID": .text("ptvsd-publish"), "adapterID": .text("debugpy")])
            let attach = try await send("attach", ["justMyCode": .flag(true), "subProcess": .flag(false)])
            _ = try await wait { $0.event == "initialized" || $0.requestSeq == attach && $0.success == false }
            _ = try await ask("configurationDone")
            _ = try await response(attach)
            let start = ContinuousClock.now
            let facts = try await ask("debugpySystemInfo")
            let roundTrip = ContinuousClock.now - start
            _ = try await ask("disconnect", ["terminateDebuggee": .flag(false)])
            return Finding(
                pid: facts.body?.process?.pid, pythonVersion: facts.body?.python?.number,
                executable: facts.body?.process?.executable, debuggerVersion: facts.body?.debugger?.version,
                roundTrip: roundTrip)
        }

        private mutating func ask(
            _ command: String, _ arguments: [String: DebugMessage.Argument] = [:]
        ) async throws -> DebugMessage {
            try await response(send(command, arguments))
        }

        private mutating func send(
            _ command: String, _ arguments: [String: DebugMessage.Argument]
        ) async throws -> Int {
            sequence += 1
            try await outbound.write(DebugMessage.request(sequence, command, arguments))
            return sequence
        }

        private mutating func response(_ request: Int) async throws -> DebugMessage {
            try await wait { $0.type == "response" && $0.requestSeq == request }
        }

        private mutating func wait(for wanted: (DebugMessage) -> Bool) async throws -> DebugMessage {
            while true {
                if let index = waiting.firstIndex(where: wanted) {
                    let found = waiting.remove(at: index)
                    guard found.success != false else {
                        throw Refusal(text: found.message ?? "without a reason")
                    }
                    return found
                }
                guard let message = try reader.next() else {
                    guard let bytes = try await messages.next(isolation: #isolation) else { throw Ended() }
                    reader.take(bytes.readableBytesView)
                    continue
                }
                waiting.append(message)
            }
        }
    }
}
