import NIOCore

extension Bridge {
    /// Serves one debugger, and tells how it went.
    func serve(
        _ debugger: any Channel, session: Int, _ report: @escaping @Sendable (Event) -> Void
    ) async {
        let start = ContinuousClock.now
        do {
            let result = try await relay(debugger, session: session, report)
            if !Task.isCancelled { report(.detached(session: session, result, .now - start)) }
        } catch let failure as TunnelFailure {
            if !Task.isCancelled { report(.failed(session: session, failure)) }
        } catch {}
    }

    /// Opens the WebSocket for a debugger, and relays until both are closed.
    ///
    /// A site that restarts, as after a publish, may take a debugger and go away before it has said a word; such a
    /// debugger goes on with the new site. Where the site did not say that it goes, it may be broken instead: that is
    /// believed before long.
    ///
    /// - Throws: A `TunnelFailure` when the site does not take it, which the debugger is told as well;
    ///   `CancellationError`.
    func relay(
        _ debugger: any Channel, session: Int, _ report: @escaping @Sendable (Event) -> Void
    ) async throws -> SessionReport {
        let deadline = ContinuousClock.now + patience
        var surprisesLeft = 2
        var told: TunnelFailure?
        while true {
            do {
                return try await relay(
                    debugger, session: session, until: deadline, isPatient: surprisesLeft > 0, report)
            } catch let restart as SiteRestarts {
                if !restart.isAnnounced {
                    surprisesLeft -= 1
                    let failure = failure(endedBy: restart.end) ?? client.endpoint.failure(.connectionLost)
                    if failure != told { report(.waiting(session: session, failure)) }
                    told = failure
                }
                do {
                    try await Task.sleep(for: .milliseconds(500))
                } catch {
                    try? await RelaySide.dismiss(debugger, because: nil)
                    throw error
                }
            }
        }
    }

    /// What the endpoint means with the way a session ended; nil when it is an ordinary end.
    private func failure(endedBy end: SessionEnd) -> TunnelFailure? {
        guard case .siteClosed(let closure) = end else { return nil }
        return client.failure(closedWith: closure, process: client.endpoint.process)
    }

    /// Relays once; waits until `deadline` for a site that can be talked to.
    ///
    /// Where it `isPatient`, a site that goes without a word is taken for one that restarts.
    ///
    /// - Throws: `SiteRestarts` as well.
    private func relay(
        _ debugger: any Channel, session: Int, until deadline: ContinuousClock.Instant, isPatient: Bool,
        _ report: @escaping @Sendable (Event) -> Void
    ) async throws -> SessionReport {
        let loop = debugger.eventLoop
        let ended = loop.makePromise(of: SessionReport.self)
        let site: any Channel
        do {
            site = try await open(debugger, ended, session: session, until: deadline, report) { restart in
                (restart.isAnnounced || isPatient) && deadline - .now >= .seconds(1)
            }
        } catch {
            // Not coupled, or not for long: then both are closed already.
            ended.fail(error)
            let hasLeft = !debugger.isActive
            try? await RelaySide.dismiss(debugger, because: Task.isCancelled ? nil : error as? TunnelFailure)
            // A debugger that is gone while the connection is made ends that as well, and is no fault of the site's.
            if hasLeft, (error as? TunnelFailure)?.cause == .connectionLost {
                return SessionReport(end: .debuggerLeft, up: 0, down: 0)
            }
            throw error
        }
        let result = try await withTaskCancellationHandler {
            try await ended.futureResult.get()
        } onCancel: {
            site.triggerUserOutboundEvent(
                WebSocketClosure(WebSocketClosure.goingAway, "the bridge ends"), promise: nil)
            debugger.close(promise: nil)
        }
        if let failure = failure(endedBy: result.end) { throw failure }
        return result
    }

    /// Waits until the site is up, wakes it where it sleeps, and opens the WebSocket for a debugger.
    ///
    /// A publish since the last session has restarted the site, and may have made a new secret: what passes is waited for,
    /// and the secret is read anew.
    private func open(
        _ debugger: any Channel, _ ended: EventLoopPromise<SessionReport>, session: Int,
        until deadline: ContinuousClock.Instant, _ report: @escaping @Sendable (Event) -> Void,
        mayStartOver: @escaping @Sendable (SiteRestarts) -> Bool
    ) async throws -> any Channel {
        while true {
            let client = client
            do {
                // Whoever could not be reached so far has a fair chance to say why.
                let left = max(deadline - .now, .seconds(5))
                let status = try await Readiness(client, patience: left).wait { step in
                    if case .waiting(let failure) = step { report(.waiting(session: session, failure)) }
                }
                return try await open(debugger, ended, with: client, status, mayStartOver) {
                    report(.attached(session: session))
                }
            } catch let failure as TunnelFailure {
                try Task.checkCancellation()
                if [.secretWrong, .secretMissing].contains(failure.cause) || failure.isExpiry,
                    let renewed = renew?(), renewed.endpoint.secret != client.endpoint.secret
                {
                    current.value = renewed
                    continue
                }
                guard failure.mayPass, debugger.isActive, deadline - .now > .seconds(1) else { throw failure }
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func open(
        _ debugger: any Channel, _ ended: EventLoopPromise<SessionReport>,
        with client: EndpointClient, _ status: SiteStatus,
        _ mayStartOver: @escaping @Sendable (SiteRestarts) -> Bool, began: @escaping @Sendable () -> Void
    ) async throws(TunnelFailure) -> any Channel {
        var mapping = mapping
        // On some hosts every deployment runs in another folder.
        if let root = status.applicationRoot { mapping?.remoteRoot = root }
        let process = client.endpoint.process
        return try await client.open(
            on: debugger.eventLoop, process: process, timeout: timeout, pingInterval: TimeAmount(pingInterval)
        ) { [mapping] site in
            try RelaySession.couple(
                debugger, site, mapping: mapping, mayStartOver: mayStartOver, ended: ended, began: began
            ) {
                client.failure(closedWith: $0, process: process)
            }
        }
    }
}
