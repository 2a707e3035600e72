package import Addresses

/// Why the endpoint of a site cannot be reached, or not be used: the cause, and with it how far it went.
package struct TunnelFailure: Error, Hashable, Sendable {
    /// What stands in the way.
    package var cause: Cause
    /// Who was asked: `host` or `host:port`.
    package var place: String

    /// Where the secret was taken from instead of the project, such as `PTVSD_SECRET`; nil for the project's own.
    package var secretSource: String?
    /// When the project's secret was made and for which destination, such as `made on Tue 24 Nov 15:04 for
    /// 'site.zip'`; nil where nothing tells.
    package var secretOrigin: String?

    /// Creates a failure.
    package init(_ cause: Cause, at place: String) {
        self.cause = cause
        self.place = place
    }

    /// The steps from here to the debugger, in order.
    package enum Phase: Int, Sendable, Hashable, CaseIterable, Comparable {
        case nameLookUp
        case connection
        case proxy
        case tls
        /// The HTTP request and its answer, up to the right to use the endpoint.
        case request
        /// The upgrade of a connection to a WebSocket.
        case webSocket
        case debugger

        package static func < (one: Phase, other: Phase) -> Bool { one.rawValue < other.rawValue }
    }

    /// What can stand in the way, in the order of the phases.
    package enum Cause: Hashable, Sendable {
        /// The secret would travel in clear.
        case plaintext
        case nameNotFound
        case refused
        /// Nobody answered the dialling; after so many seconds.
        case timedOut(seconds: Int)
        /// The system's word for it.
        case unreachable(String)
        /// The proxy that the environment names does not connect to the site.
        case proxy(ProxyFailure)
        /// The file with certificates of authorities, which an option or a variable names, cannot be read.
        case authoritiesNotRead(file: String, source: String)
        case certificateUntrusted
        /// The end of its life, where it could be read.
        case certificateExpired(at: String?)
        case certificateNotYetValid(from: String)
        case certificateForOtherHost
        /// Anything else about TLS, in the library's words.
        case tlsFailed(String)
        /// The connection was closed or reset before an answer came.
        case connectionLost
        /// The connection stands, and no answer came within so many seconds.
        case noAnswer(seconds: Int)
        /// What answered does not speak HTTP.
        case notHTTP
        case redirected(status: Int, to: String)
        /// A sign-in page stands before the site; its address, where known.
        case signInWall(String?)
        case secretMissing
        case secretWrong
        /// What the endpoint says of the end.
        case secretExpired(String)
        /// The site has an endpoint, but no secret.
        case noSecretConfigured
        /// Too many wrong secrets; how many seconds it takes until the next try.
        case tooManyTries(seconds: Int?)
        /// Something before the endpoint refuses the request (403).
        case forbidden
        /// The site answers, and there is no endpoint; its status.
        case noEndpoint(status: Int)
        /// The site or its front end does not work (yet).
        case siteUnavailable(status: Int)
        case unexpectedStatus(Int)
        /// The upgrade is not let through; the status it was answered with.
        case webSocketsOff(status: Int)
        /// The answer to the upgrade breaks the protocol.
        case handshakeWrong(String)
        /// The limit of sessions is reached.
        case tooManySessions(String)
        /// There is no debugger to attach to (yet), in the endpoint's words.
        case debuggerNotUp(String)
        /// The process that was asked for is not there; those that are.
        case processNotFound(Int, others: [Int])
        /// The debugger took the connection and did not answer for so many seconds.
        case debuggerSilent(seconds: Int)
        /// The debugger did something else than what was asked.
        case debuggerRefused(String)
    }

    /// How far it went.
    package var phase: Phase {
        switch cause {
        case .nameNotFound: .nameLookUp
        case .refused, .timedOut, .unreachable: .connection
        case .proxy: .proxy
        case .plaintext, .authoritiesNotRead, .certificateUntrusted, .certificateExpired,
            .certificateNotYetValid, .certificateForOtherHost, .tlsFailed:
            .tls
        case .connectionLost, .noAnswer, .notHTTP, .redirected, .signInWall, .secretMissing, .secretWrong,
            .secretExpired, .noSecretConfigured, .tooManyTries, .forbidden, .noEndpoint, .siteUnavailable,
            .unexpectedStatus:
            .request
        case .webSocketsOff, .handshakeWrong, .tooManySessions: .webSocket
        case .debuggerNotUp, .processNotFound, .debuggerSilent, .debuggerRefused: .debugger
        }
    }

    /// Whether the secret's time is over.
    package var isExpiry: Bool {
        if case .secretExpired = cause { true } else { false }
    }

    /// Whether it may go away by itself while a site starts.
    package var mayPass: Bool {
        switch cause {
        case .connectionLost, .noAnswer, .siteUnavailable, .debuggerNotUp, .tooManySessions: true
        default: false
        }
    }

    /// Whether a visitor may be what the site waits for: one that sleeps, or whose Python starts with the first request.
    var maySleep: Bool {
        switch cause {
        case .siteUnavailable, .debuggerNotUp: true
        default: false
        }
    }
}
