import Addresses
package import Diagnostics

extension TunnelFailure {
    /// The failure as every command renders it.
    package var failure: Failure {
        Failure(reason, [diagnostic])
    }

    /// The finding: what is wrong, and what to do.
    package var diagnostic: Diagnostic {
        .error(id, message, hint: hint)
    }

    private var reason: Failure.Reason {
        switch cause {
        case .secretMissing, .secretWrong, .secretExpired, .noSecretConfigured, .tooManyTries, .forbidden,
            .signInWall:
            .notAuthorised
        case .plaintext, .authoritiesNotRead: .badInput
        case .proxy(let failure): failure.reason
        default: .unavailable
        }
    }

    /// The stable identifier of the finding.
    package var id: String {
        switch cause {
        case .plaintext: "attach-plaintext"
        case .nameNotFound: "attach-name-not-found"
        case .refused: "attach-refused"
        case .timedOut: "attach-timed-out"
        case .unreachable: "attach-unreachable"
        case .proxy(let failure): "attach-\(failure.id)"
        case .authoritiesNotRead: "attach-ca-file"
        case .certificateUntrusted: "attach-certificate-untrusted"
        case .certificateExpired: "attach-certificate-expired"
        case .certificateNotYetValid: "attach-certificate-not-yet-valid"
        case .certificateForOtherHost: "attach-certificate-host"
        case .tlsFailed: "attach-tls-failed"
        case .connectionLost: "attach-connection-lost"
        case .noAnswer: "attach-no-answer"
        case .notHTTP: "attach-not-http"
        case .redirected: "attach-redirected"
        case .signInWall: "attach-sign-in"
        case .secretMissing: "attach-secret-missing"
        case .secretWrong: "attach-secret-wrong"
        case .secretExpired: "attach-secret-expired"
        case .noSecretConfigured: "attach-no-secret"
        case .tooManyTries: "attach-too-many-tries"
        case .forbidden: "attach-forbidden"
        case .noEndpoint: "attach-no-endpoint"
        case .siteUnavailable: "attach-site-unavailable"
        case .unexpectedStatus: "attach-unexpected-status"
        case .webSocketsOff: "attach-web-sockets-off"
        case .handshakeWrong: "attach-handshake-wrong"
        case .tooManySessions: "attach-too-many-sessions"
        case .debuggerNotUp: "attach-debugger-not-up"
        case .processNotFound: "attach-process-not-found"
        case .debuggerSilent: "attach-debugger-silent"
        case .debuggerRefused: "attach-debugger-refused"
        }
    }

    /// What is wrong, in one sentence.
    package var message: String {
        switch cause {
        case .plaintext: "the secret would travel to '\(place)' in clear"
        case .nameNotFound: "the name '\(place)' cannot be found"
        case .refused: "'\(place)' refuses the connection"
        case .timedOut(let seconds): "'\(place)' took no connection within \(seconds) s"
        case .unreachable(let reason): "'\(place)' cannot be reached: \(reason)"
        case .proxy(let failure): failure.message(connecting: "'\(place)'")
        case .authoritiesNotRead(let file, _): "'\(file)' cannot be read as certificates in PEM form"
        case .certificateUntrusted:
            "the certificate of '\(place)' comes from an authority that is not trusted here"
        case .certificateExpired(let end):
            "the certificate of '\(place)' expired\(end.map { " at \($0)" } ?? "")"
        case .certificateNotYetValid(let start): "the certificate of '\(place)' is valid from \(start) only"
        case .certificateForOtherHost: "the certificate of '\(place)' is made out for another host"
        case .tlsFailed(let reason): "TLS with '\(place)' failed: \(reason)"
        case .connectionLost: "'\(place)' closed the connection without an answer"
        case .noAnswer(let seconds): "'\(place)' did not answer within \(seconds) s"
        case .notHTTP: "what answers at '\(place)' does not speak HTTP"
        case .redirected(let status, let target): "'\(place)' redirects to '\(target)' (\(status))"
        case .signInWall(let page):
            "'\(place)' wants a sign-in before the endpoint is reached\(page.map { ", at '\($0)'" } ?? "")"
        case .secretMissing: "no secret is known for '\(place)'"
        case .secretWrong:
            "'\(place)' does not accept the secret (401)\(secretSource.map { ": it is the one in \($0)" } ?? "")"
        case .secretExpired(let text): "'\(place)' lets nobody in any more: \(text) (403)"
        case .noSecretConfigured: "the endpoint of '\(place)' has no secret (403)"
        case .tooManyTries: "'\(place)' was sent too many wrong secrets (429)"
        case .forbidden: "'\(place)' refuses the request before the endpoint is reached (403)"
        case .noEndpoint(let status): "'\(place)' answers, but has no debug endpoint (\(status))"
        case .siteUnavailable(let status): "the site at '\(place)' does not run (\(status))"
        case .unexpectedStatus(let status): "the endpoint of '\(place)' answered with status \(status)"
        case .webSocketsOff(let status): "'\(place)' lets no WebSocket through: it answered \(status)"
        case .handshakeWrong(let reason): "'\(place)' answers the upgrade to a WebSocket wrongly: \(reason)"
        case .tooManySessions(let text): "'\(place)' takes no more debug sessions: \(text)"
        case .debuggerNotUp(let text): "the debugger in '\(place)' is not up: \(text)"
        case .processNotFound(let process, _): "there is no process \(process) in '\(place)'"
        case .debuggerSilent(let seconds): "the debugger in '\(place)' did not answer within \(seconds) s"
        case .debuggerRefused(let text): "the debugger in '\(place)' refuses: \(text)"
        }
    }
}
