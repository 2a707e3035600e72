import Tunnel

/// Something that wants a user to sign in before the site is reached.
struct SignInWall: Sendable, Hashable {
    /// What it is, for the user.
    var evidence: String
    /// Whether it is App Service Authentication ("Easy Auth").
    var isEasyAuth: Bool

    /// Reads an answer; nil when nobody wants a sign-in.
    init?(_ answer: SiteAnswer) {
        // Its module leaves this header, whatever it answers.
        let hasModule = answer.header("x-ms-middleware-request-id") != nil
        switch answer.status {
        case 300..<400:
            let target = answer.header("location") ?? ""
            let shown = String(target.prefix { $0 != "?" }.prefix(120))
            let lowered = shown.lowercased()
            let isPlatform = lowered.contains("/.auth/login") || hasModule
            guard isPlatform || Self.providers.contains(where: lowered.contains) else { return nil }
            self.init(
                evidence: "\(answer.status) sends to the sign-in page '\(shown)'", isEasyAuth: isPlatform)
        case 401:
            guard !answer.isChallengeOfEndpoint else { return nil }
            let challenges = answer.values("www-authenticate")
            let isPlatform =
                hasModule
                || challenges.contains {
                    $0.hasPrefix("Bearer") && $0.contains("authorization_uri")
                }
            let scheme = challenges.first.map { String($0.prefix { $0 != " " }) }
            self.init(
                evidence: "401 before the endpoint is reached"
                    + (scheme.map { ", which asks for \($0)" } ?? ""),
                isEasyAuth: isPlatform)
        case 403 where hasModule:
            self.init(evidence: "403 from App Service Authentication", isEasyAuth: true)
        default: return nil
        }
    }

    private init(evidence: String, isEasyAuth: Bool) {
        self.evidence = evidence
        self.isEasyAuth = isEasyAuth
    }

    private static let providers = [
        "login.microsoftonline.", "login.windows.net", "login.microsoft.com", "b2clogin.com", "ciamlogin.com",
        "accounts.google.com", "github.com/login", "okta.com", "auth0.com", "/signin", "/sign-in", "/login",
        "/oauth2/",
    ]
}
