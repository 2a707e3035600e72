import NIOCore

/// A session that is over.
package struct SessionReport: Sendable, Hashable {
    /// How it ended.
    package var end: SessionEnd
    /// What went from the debugger to the site, in bytes.
    package var up: Int
    /// What went from the site to the debugger, in bytes.
    package var down: Int
}

/// How a session ended.
package enum SessionEnd: Sendable, Hashable {
    /// The debugger closed its connection.
    case debuggerLeft
    /// The endpoint closed the WebSocket.
    case siteClosed(WebSocketClosure)
    /// The connection to the site was lost.
    case siteLost(String)
}

/// The site went away before it had said anything: the debugger waits for another session, and nothing of it is lost.
struct SiteRestarts: Error {
    /// How the session that began ended.
    let end: SessionEnd

    /// Nil where the end has another meaning.
    ///
    /// A site that is ended in order says so (1001). Often its debugger is gone before: the endpoint does not reach it then
    /// (1011), or sees it leave (1000), or is gone itself.
    init?(_ end: SessionEnd) {
        switch end {
        case .debuggerLeft: return nil
        case .siteClosed(let closure):
            let codes = [WebSocketClosure.goingAway, WebSocketClosure.normal]
            guard closure.code.map(codes.contains) == true || closure.saysUnreachable else { return nil }
        case .siteLost: break
        }
        self.end = end
    }

    /// Whether the site has said that it goes.
    var isAnnounced: Bool {
        if case .siteClosed(let closure) = end { closure.code == WebSocketClosure.goingAway } else { false }
    }
}

/// One debugger and its WebSocket: what one writes the other reads, and they end together.
///
/// Both connections live on one event loop, and each handler writes straight into the other's connection: a byte that
/// is relayed passes no queue. A side is read only while the other takes what was read before, so that memory is bounded.
final class RelaySession {
    let debugger: RelaySide
    let site: RelaySide
    private var end: SessionEnd?
    private var rewriter: AttachRewriter?
    /// Called with the first byte of the site.
    private var began: (() -> Void)?
    /// What the debugger said before the site said anything: there its first request is, which is answered where the site
    /// does not take it.
    private var opening: [UInt8] = []
    private let refusal: (WebSocketClosure) -> TunnelFailure?
    private let mayStartOver: (SiteRestarts) -> Bool
    private let ended: EventLoopPromise<SessionReport>
    private var hasLetGo = false
    private var up = 0
    private var down = 0

    /// How long a debugger that reads nothing may keep what is left for it, and a site the end of its answer.
    static let patience = TimeAmount.seconds(5)

    private init(
        _ debugger: RelaySide, mapping: PathMapping?, mayStartOver: @escaping (SiteRestarts) -> Bool,
        ended: EventLoopPromise<SessionReport>, began: @escaping () -> Void,
        refusal: @escaping (WebSocketClosure) -> TunnelFailure?
    ) {
        self.mayStartOver = mayStartOver
        self.ended = ended
        self.began = began
        self.refusal = refusal
        rewriter = mapping.map(AttachRewriter.init)
        (self.debugger, site) = (debugger, RelaySide())
    }

    /// Couples two connections; to be called on the event loop of both.
    ///
    /// - Parameters:
    ///   - debugger: The debugger's; it is read from now on.
    ///   - site: The WebSocket to the site.
    ///   - mapping: What an attach request without path mappings gets.
    ///   - mayStartOver: Whether the debugger is kept for another session when the site has gone before it has said
    ///     anything.
    ///   - ended: Succeeds when both connections are closed; fails with `SiteRestarts` when only the site's is.
    ///   - began: Called with the first byte of the site.
    ///   - refusal: Says what the way the site closes means; nil where it is an ordinary end.
    /// - Throws: The error of a connection that is closed already.
    static func couple(
        _ debugger: any Channel, _ site: any Channel, mapping: PathMapping?,
        mayStartOver: @escaping (SiteRestarts) -> Bool,
        ended: EventLoopPromise<SessionReport>, began: @escaping () -> Void,
        refusal: @escaping (WebSocketClosure) -> TunnelFailure?
    ) throws {
        let session = RelaySession(
            try debugger.pipeline.syncOperations.handler(type: RelaySide.self), mapping: mapping,
            mayStartOver: mayStartOver, ended: ended, began: began, refusal: refusal)
        session.debugger.begin(session, partner: session.site)
        session.site.begin(session, partner: session.debugger)
        try site.pipeline.syncOperations.addHandler(session.site)
        try debugger.syncOptions?.setOption(.autoRead, value: true)
        debugger.closeFuture.and(site.closeFuture).assumeIsolated().whenComplete { [session] _ in
            guard !session.hasLetGo else { return }
            ended.succeed(
                SessionReport(end: session.end ?? .debuggerLeft, up: session.up, down: session.down))
        }
        session.debugger.catchUp()
    }

    // What the sides tell

    func took(_ bytes: ByteBuffer, from side: RelaySide) {
        guard side === debugger else {
            began?()
            began = nil
            opening = []
            down += bytes.readableBytes
            return debugger.write(bytes)
        }
        if began != nil, opening.count < DebugRefusal.limit { opening += bytes.readableBytesView }
        up += bytes.readableBytes
        guard rewriter != nil else { return site.write(bytes) }
        write(rewriter?.take(bytes.readableBytesView) ?? [])
        if rewriter?.isDone == true { rewriter = nil }
    }

    private func write(_ bytes: [UInt8]) {
        if !bytes.isEmpty { site.write(ByteBuffer(bytes: bytes)) }
    }

    /// The debugger has finished writing: the site is told, and may still say its last.
    func debuggerFinished() {
        guard end == nil else { return }
        end = .debuggerLeft
        write(rewriter?.finish() ?? [])
        site.flush()
        site.close()
    }

    func siteSaid(_ closure: WebSocketClosure) {
        finish(.siteClosed(closure))
    }

    /// Lets the debugger go, which then waits for another session; false where this one's end is its own.
    private func startsOver(after reason: SessionEnd) -> Bool {
        // All that the debugger has said must be known, so that it can be said again.
        guard began != nil, end == nil, opening.count == up, let restart = SiteRestarts(reason),
            mayStartOver(restart)
        else { return false }
        hasLetGo = true
        debugger.wait(holding: opening)
        site.close()
        ended.fail(restart)
        return true
    }

    func failed(_ side: RelaySide, _ error: any Error) {
        if side === debugger {
            finish(.debuggerLeft)
        } else if let silence = error as? WebSocketHandler.Silence {
            // A site that restarts is not silent for that long: this is the end of the session.
            let reason = SessionEnd.siteLost("no sign of life for \(silence.seconds) s")
            end = end ?? reason
            finish(reason)
        } else {
            finish(.siteLost("\(error)"))
        }
    }

    func closed(_ side: RelaySide) {
        finish(side === debugger ? .debuggerLeft : .siteLost("it was cut"))
    }

    /// Ends the session: the debugger gets what came before, and then an end of its connection; where the site does not take
    /// it, the reason in place of both.
    private func finish(_ reason: SessionEnd) {
        guard !hasLetGo, !startsOver(after: reason) else { return }
        if case .siteClosed(let closure) = reason, began != nil, end == nil, let failure = refusal(closure) {
            end = reason
            // Before the site's end, which would take the debugger with it.
            debugger.refuse(failure, said: opening)
            return site.close()
        }
        if end == nil { end = reason }
        site.close()
        debugger.closeWhenWritten(within: Self.patience)
    }
}
