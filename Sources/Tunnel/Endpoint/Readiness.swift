import WebConfiguration

/// Waits until a site, its endpoint and its debugger are up, and wakes the site where it sleeps.
package struct Readiness: Sendable {
    private let client: EndpointClient
    private let patience: Duration

    /// What happens while one waits.
    package enum Step: Sendable, Hashable {
        /// The endpoint is asked.
        case asking
        /// It is not ready, for a reason that may pass.
        case waiting(TunnelFailure)
    }

    /// Creates the waiting.
    ///
    /// - Parameters:
    ///   - client: Who is asked.
    ///   - patience: How long it may take in all.
    package init(_ client: EndpointClient, patience: Duration) {
        self.client = client
        self.patience = patience
    }

    /// Asks in short intervals until everything is up.
    ///
    /// - Parameter report: Takes what happens; a reason that stays the same is told once.
    /// - Returns: The status of the site.
    /// - Throws: The last `TunnelFailure` when one does not pass, or patience is over; `CancellationError`.
    package func wait(report: @escaping @Sendable (Step) -> Void) async throws -> SiteStatus {
        report(.asking)
        let client = client
        let patience = patience
        let start = ContinuousClock.now
        let deadline = start + patience
        let (calls, sleeping) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: SiteStatus?.self) { group in
            group.addTask {
                var told: TunnelFailure?
                var interval = Duration.milliseconds(200)
                while true {
                    let left = max(deadline - .now, .seconds(1))
                    let failure: TunnelFailure
                    do throws(TunnelFailure) {
                        return try await up(timeout: left)
                    } catch {
                        failure = error
                    }
                    try Task.checkCancellation()
                    guard failure.mayPass || isStarting(failure, since: start), deadline - .now > interval
                    else {
                        // What was found before says more than that the last answer did not come in what was left.
                        if case .noAnswer = failure.cause, let told { throw told }
                        throw failure
                    }
                    if failure != told { report(.waiting(failure)) }
                    told = failure
                    if failure.maySleep { sleeping.yield() }
                    try await Task.sleep(for: interval)
                    interval = min(interval * 3 / 2, .seconds(2))
                }
            }
            group.addTask {
                // A site that runs is not to be disturbed, however slow it is: its page may have a breakpoint.
                // One that restarts may lose a visitor, so that there is another as long as it does not run.
                for await _ in calls { await client.wake(timeout: min(patience, .seconds(30))) }
                return nil
            }
            defer { group.cancelAll() }
            while let status = try await group.next() {
                if let status { return status }
            }
            throw CancellationError()
        }
    }

    /// Whether a site on this machine may only just have been started.
    private func isStarting(_ failure: TunnelFailure, since start: ContinuousClock.Instant) -> Bool {
        failure.cause == .refused && client.endpoint.site.isLoopback && .now - start < .seconds(5)
    }

    private func up(timeout: Duration) async throws(TunnelFailure) -> SiteStatus {
        let status = try await client.status(timeout: timeout)
        if let wanted = client.endpoint.process, !status.processes.contains(where: { $0.pid == wanted }) {
            throw client.endpoint.failure(.processNotFound(wanted, others: status.processes.map(\.pid)))
        }
        guard status.debuggerUp else {
            throw client.endpoint.failure(.debuggerNotUp("no Python process of the site has registered yet"))
        }
        return status
    }
}
