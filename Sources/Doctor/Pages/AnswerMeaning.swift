import Tunnel

/// What the answer to the question for the endpoint's status means: one cause, the most exact that fits.
enum AnswerMeaning: Sendable, Hashable {
    /// The endpoint let us in.
    case healthy
    case secretUnknown
    case secretWrong
    /// The endpoint's own words.
    case secretExpired(String)
    case noSecretAtSite
    case tooManyTries(seconds: Int?)
    case redirected(status: Int, target: String)
    case signIn(SignInWall)
    case azure(AzurePage)
    case iis(IISErrorPage)
    case clientCertificateWanted(Int)
    case forbidden
    /// The page of Visual Studio's own proxy stands there.
    case originalProxy
    case endpointMissing(status: Int)
    case siteUnavailable(status: Int)
    case unexpected(status: Int)

    /// Reads what was seen.
    init(_ seen: AnswerObservation) {
        let answer = seen.answer
        if seen.status != nil {
            self = .healthy
        } else if answer.isChallengeOfEndpoint {
            self = seen.isAuthorised ? .secretWrong : .secretUnknown
        } else if let refusal = Self.refusal(answer) {
            self = refusal
        } else if let wall = SignInWall(answer) {
            self = .signIn(wall)
        } else if (300..<400).contains(answer.status) {
            self = .redirected(status: answer.status, target: answer.header("location") ?? "")
        } else if let page = AzurePage(answer) {
            self = .azure(page)
        } else if Self.wantsClientCertificate(answer) {
            self = .clientCertificateWanted(answer.status)
        } else if let page = seen.page, Self.isOriginalProxy(page) {
            self = .originalProxy
        } else if let page = IISErrorPage(answer) {
            self = .iis(page)
        } else {
            switch answer.status {
            case 403: self = .forbidden
            case 200...299, 404, 405, 410, 501: self = .endpointMissing(status: answer.status)
            case 502, 503, 504: self = .siteUnavailable(status: answer.status)
            default: self = .unexpected(status: answer.status)
            }
        }
    }

    /// The endpoint's own refusals, which are one line of plain text.
    private static func refusal(_ answer: SiteAnswer) -> AnswerMeaning? {
        guard answer.header("content-type")?.hasPrefix("text/plain") == true else { return nil }
        let line = answer.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        switch answer.status {
        case 403 where line.hasPrefix("access to the debugger expired"):
            return .secretExpired(String(line.prefix { $0 != ";" }))
        case 403 where line.contains("no secret is configured"): return .noSecretAtSite
        case 429: return .tooManyTries(seconds: answer.header("retry-after").flatMap { Int($0) })
        default: return nil
        }
    }

    /// IIS says 403.7, nginx 400 or its own 495 and 496; Azure 403 without a page.
    private static func wantsClientCertificate(_ answer: SiteAnswer) -> Bool {
        if [495, 496].contains(answer.status) { return true }
        if answer.status == 403, IISErrorPage(answer)?.subStatus == 7 { return true }
        return answer.status == 400 && answer.header("server")?.lowercased().hasPrefix("nginx") == true
            && answer.text.contains("SSL certificate")
    }

    /// Visual Studio's proxy gives a page with the address to attach to, and switches a log by its query.
    private static func isOriginalProxy(_ page: SiteAnswer) -> Bool {
        page.status == 200 && page.text.contains("wss://") && page.text.contains("secret")
            && page.header("content-security-policy")?.contains("default-src 'none'") != true
    }
}
