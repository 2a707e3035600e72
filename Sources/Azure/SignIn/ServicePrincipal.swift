import Addresses
import Diagnostics

/// The sign-in of an application, as in continuous integration; its description is redacted.
///
/// OAuth 2.0 client credentials grant (RFC 6749 §4.4) of the v2.0 endpoint; the secret travels in the body.
package struct ServicePrincipal: TokenSource {
    private struct Form: Decodable {
        var token: String
        var seconds: Int

        enum CodingKeys: String, CodingKey {
            case token = "access_token"
            case seconds = "expires_in"
        }
    }

    private let tenant: String
    private let client: String
    private let secret: String
    private let authority: String
    private let web: WebClient
    private let retries: RetryPolicy
    private let now: @Sendable () -> Int

    /// Takes the application that the environment names; nil when it does not name all three variables.
    ///
    /// - Parameters:
    ///   - environment: Where `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET` are looked up.
    ///   - authority: Where to sign in, such as `https://login.microsoftonline.com`.
    ///   - web: How.
    ///   - retries: How often.
    ///   - now: The time in seconds since 1970.
    package init?(
        environment: [String: String], authority: String, web: WebClient, retries: RetryPolicy,
        now: @escaping @Sendable () -> Int
    ) {
        guard let tenant = environment["AZURE_TENANT_ID"], !tenant.isEmpty,
            let client = environment["AZURE_CLIENT_ID"], !client.isEmpty,
            let secret = environment["AZURE_CLIENT_SECRET"], !secret.isEmpty
        else { return nil }
        (self.tenant, self.client, self.secret) = (tenant, client, secret)
        (self.authority, self.web, self.retries, self.now) = (authority, web, retries, now)
    }

    package func token(for resource: String) async throws -> AccessToken {
        let form = URLText.query([
            ("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret),
            ("scope", "\(resource)/.default"),
        ])
        let request = WebRequest(
            "POST", "\(authority)/\(URLText.escaped(tenant))/oauth2/v2.0/token",
            body: .bytes(Array(form.utf8), type: "application/x-www-form-urlencoded"))
        let answer = try await web.send(request, retrying: retries, as: "the sign-in service '\(authority)'")
        guard answer.isSuccess, let form = JSONBody.decoded(Form.self, answer.body) else {
            let said = ServerMessage.text(answer.body).map { ": \($0)" } ?? ""
            throw Failure(
                .notAuthorised, id: "service-principal-refused",
                "the application '\(client)' may not sign in (\(answer.status))\(said)",
                hint: "check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET")
        }
        return AccessToken(form.token, expires: now() + form.seconds)
    }
}

extension ServicePrincipal: CustomStringConvertible, CustomReflectable {
    /// The application, never its secret.
    package var description: String { "\(client):<secret>" }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
