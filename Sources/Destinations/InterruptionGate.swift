import Synchronization

/// What an interruption by the user waits at while work goes on that must not stop half-way, such as the change of a
/// site that is running.
package final class InterruptionGate: Sendable {
    /// The gate of the command that runs; nil where nobody interrupts.
    @TaskLocal package static var current: InterruptionGate?

    private struct State {
        /// How much of such work goes on.
        var held = 0
        var isInterrupted = false
        /// What the work failed with that went on when the interruption came.
        var failure: (any Error)?
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Creates a gate that nobody has interrupted.
    package init() {}

    /// Does work that an interruption waits for, or a part of such work; without a gate it is just done.
    ///
    /// - Returns: What `work` returns.
    /// - Throws: What `work` throws, or `CancellationError` when the interruption came before its beginning or end.
    package static func holding<Result>(_ work: () async throws -> Result) async throws -> Result {
        guard let gate = current else { return try await work() }
        try gate.state.withLock {
            guard !$0.isInterrupted || $0.held > 0 else { throw CancellationError() }
            $0.held += 1
        }
        let result: Result
        do {
            result = try await work()
        } catch {
            gate.release(error)
            throw error
        }
        guard gate.release(nil) else { throw CancellationError() }
        return result
    }

    /// Whether somebody has interrupted.
    package var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Waits until nothing goes on that must not stop, and lets nothing of that kind begin any more.
    ///
    /// - Returns: What the work that was waited for failed with, else `CancellationError`.
    package func interrupt() async -> any Error {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock {
                $0.isInterrupted = true
                if $0.held > 0 { $0.waiting = continuation }
                return $0.held == 0
            }
            if isFree { continuation.resume() }
        }
        return state.withLock { $0.failure } ?? CancellationError()
    }

    /// Ends a piece of work.
    ///
    /// - Returns: Whether nobody has interrupted it.
    @discardableResult
    private func release(_ failure: (any Error)?) -> Bool {
        let (waiting, isInterrupted) = state.withLock { state in
            state.held -= 1
            if state.isInterrupted { state.failure = state.failure ?? failure }
            guard state.held == 0 else {
                return (nil as CheckedContinuation<Void, Never>?, state.isInterrupted)
            }
            defer { state.waiting = nil }
            return (state.waiting, state.isInterrupted)
        }
        waiting?.resume()
        return !isInterrupted
    }
}
