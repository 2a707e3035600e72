import Diagnostics

/// Azure Resource Manager: finds sites, reads and changes their settings.
package struct ResourceManager: Sendable {
    /// The version of the interface that is spoken.
    package static let version = "2025-05-01"

    let base: String
    private let web: WebClient
    private let tokens: AccessTokens
    private let retries: RetryPolicy

    /// Creates the client.
    ///
    /// - Parameters:
    ///   - base: Its address, such as `https://management.azure.com`; also what tokens are for.
    ///   - web: How it is reached.
    ///   - tokens: Who signs in.
    ///   - retries: How often a request is tried.
    package init(base: String, web: WebClient, tokens: AccessTokens, retries: RetryPolicy) {
        (self.base, self.web, self.tokens, self.retries) = (base, web, tokens, retries)
    }

    /// Sends a request with a token; one that the server refuses is fetched anew, once.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: A resource identifier and what follows it.
    ///   - body: What is sent.
    /// - Returns: The answer of success, or nil for 404.
    /// - Throws: A `Failure` for any other answer.
    package func send(
        _ method: String, _ path: String, body: WebRequest.Body = .none
    ) async throws -> WebResponse? {
        let mark = path.contains("?") ? "&" : "?"
        let url = "\(base)\(path)\(path.contains("api-version=") ? "" : "\(mark)api-version=\(Self.version)")"
        var isRenewed = false
        while true {
            let token = try await tokens.token(for: base, isRenewed: isRenewed)
            var request = WebRequest(
                method, url, headers: [("Authorization", "Bearer \(token.revealed)")], body: body)
            request.headers.append(("Accept", JSONBody.type))
            let answer = try await web.send(request, retrying: retries, as: "Azure ('\(base)')")
            if answer.status == 401, !isRenewed {
                isRenewed = true
                continue
            }
            if answer.status == 404 { return nil }
            guard answer.isSuccess else { throw refused(answer, method, path) }
            return answer
        }
    }

    private func refused(_ answer: WebResponse, _ method: String, _ path: String) -> Failure {
        let said = ServerMessage.text(answer.body).map { ": \($0)" } ?? ""
        let what = path.prefix { $0 != "?" }
        switch answer.status {
        case 401:
            return Failure(
                .notAuthorised, id: "azure-token-refused", "Azure does not accept the sign-in\(said)",
                hint: "sign in to the site's tenant with 'az login --tenant TENANT'")
        case 403:
            return Failure(
                .notAuthorised, id: "azure-role-missing", "you may not \(method) '\(what)'\(said)",
                hint: "ask for the role 'Website Contributor' on the site")
        case 400..<500 where answer.status != 408 && answer.status != 429:
            return Failure(
                .failed, id: "azure-refused", "Azure refuses to \(method) '\(what)' (\(answer.status))\(said)"
            )
        default:
            return Failure(
                .unavailable, id: "azure-unavailable", "Azure answers \(answer.status) for '\(what)'\(said)",
                hint: "try again later")
        }
    }
}
