import NIOHTTP1

/// What an answer of the endpoint, or of something before it, means.
struct AnswerReading {
    let answer: HTTPAnswer
    /// Whether the request carried a secret.
    let isAuthorised: Bool
    /// Whether it asked for an upgrade.
    let isUpgrade: Bool

    init(_ answer: HTTPAnswer, isAuthorised: Bool, isUpgrade: Bool = false) {
        self.answer = answer
        self.isAuthorised = isAuthorised
        self.isUpgrade = isUpgrade
    }

    /// What stands in the way; nil when the answer is the one that was wanted.
    var cause: TunnelFailure.Cause? {
        switch answer.status {
        case 200...299: isUpgrade ? .webSocketsOff(status: answer.status) : nil
        case 300...399: redirection
        case 401: isEndpoint ? (isAuthorised ? .secretWrong : .secretMissing) : .signInWall(nil)
        case 403: refusal
        case 404, 405, 410, 501: .noEndpoint(status: answer.status)
        case 400, 426: isUpgrade ? .webSocketsOff(status: answer.status) : .unexpectedStatus(answer.status)
        case 429: .tooManyTries(seconds: header("retry-after").flatMap { Int($0) })
        case 503 where isUpgrade: .webSocketsOff(status: 503)
        case 502, 503, 504: .siteUnavailable(status: answer.status)
        default: .unexpectedStatus(answer.status)
        }
    }

    /// Whether the endpoint itself asks for the secret, not something before it.
    private var isEndpoint: Bool {
        answer.head.headers[canonicalForm: "www-authenticate"].contains { $0.contains("realm=\"ptvsd\"") }
    }

    private var redirection: TunnelFailure.Cause {
        let target = header("location") ?? ""
        let shown = String(target.prefix { $0 != "?" }.prefix(200))
        let signs = ["login.microsoftonline.", "login.windows.net", "/.auth/login", "/signin", "/login"]
        return signs.contains { shown.lowercased().contains($0) }
            ? .signInWall(shown) : .redirected(status: answer.status, to: shown)
    }

    private var refusal: TunnelFailure.Cause {
        guard let text = answer.text else { return .forbidden }
        if text.contains("expired") { return .secretExpired(String(text.prefix { $0 != ";" })) }
        if text.contains("no secret is configured") { return .noSecretConfigured }
        return .forbidden
    }

    private func header(_ name: String) -> String? { answer.head.headers.first(name: name) }
}
