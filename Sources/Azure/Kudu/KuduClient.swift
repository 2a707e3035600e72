package import Diagnostics

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The SCM site (Kudu) of a site: deployments, files, settings.
package struct KuduClient: Sendable {
    /// How it signs in.
    package enum SignIn: Sendable {
        /// User and password of a publish profile.
        case basic(BasicCredentials)
        /// A token for `resource`.
        case token(AccessTokens, resource: String)
    }

    /// Its host, perhaps with a port.
    package let host: String
    private let web: WebClient
    private let signIn: SignIn
    /// How often a request is tried.
    package let retries: RetryPolicy
    private let narrate: @Sendable (String) -> Void

    /// Creates the client.
    ///
    /// - Parameters:
    ///   - host: Its host, perhaps with a port.
    ///   - web: How it is reached.
    ///   - signIn: How it signs in.
    ///   - retries: How often a request is tried.
    ///   - narrate: Is told why something takes longer.
    package init(
        host: String, web: WebClient, signIn: SignIn, retries: RetryPolicy,
        narrate: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        (self.host, self.web, self.signIn, self.retries) = (host, web, signIn, retries)
        self.narrate = narrate
    }

    /// What messages call it.
    package var name: String { "the SCM site '\(host)'" }

    /// The address of `path`, which begins with a slash.
    func url(_ path: String) -> String { "https://\(host)\(path)" }

    /// Sends a request that may be sent twice; a 401 is asked again once, with another token where there is one.
    ///
    /// - Parameter request: The request, without a sign-in.
    /// - Returns: The answer, whatever its status but for 401 and 403.
    /// - Throws: A `Failure` when it cannot be reached or refuses the sign-in.
    package func send(_ request: WebRequest) async throws -> WebResponse {
        var answer = try await web.send(
            signed(request), retrying: retries, as: name, narrate: narrate)
        if answer.status == 401 {
            try await Task.sleep(for: retries.unit)
            answer = try await web.send(
                signed(request, isRenewed: true), retrying: retries, as: name, narrate: narrate)
        }
        if let failure = refusal(answer) { throw failure }
        return answer
    }

    /// Sends a request once, whatever comes of it.
    ///
    /// - Throws: A `ConnectionFailure`, a `Failure` of the sign-in, or `CancellationError`.
    package func sendOnce(_ request: WebRequest) async throws -> WebResponse {
        try await web.send(signed(request))
    }

    private func signed(_ request: WebRequest, isRenewed: Bool = false) async throws -> WebRequest {
        var request = request
        switch signIn {
        case .basic(let credentials):
            let pair = Data("\(credentials.user):\(credentials.password ?? "")".utf8).base64EncodedString()
            request.headers.append(("Authorization", "Basic \(pair)"))
        case .token(let tokens, let resource):
            let token = try await tokens.token(for: resource, isRenewed: isRenewed)
            request.headers.append(("Authorization", "Bearer \(token.revealed)"))
        }
        return request
    }

    /// Why the SCM site lets nobody in, or has no room; nil when neither is the matter.
    package func refusal(_ answer: WebResponse) -> Failure? {
        let said = ServerMessage.text(answer.body) ?? ""
        switch answer.status {
        case 401:
            guard case .basic(let credentials) = signIn else {
                return Failure(
                    .notAuthorised, id: "scm-token-refused",
                    "\(name) does not accept the sign-in: the token is of another tenant, or its owner has no role on the site",
                    hint:
                        "sign in to the site's tenant with 'az login', and ask for the role 'Website Contributor'"
                )
            }
            return Failure(
                .notAuthorised, id: "scm-password-refused",
                "\(name) refuses '\(credentials.user)': the password is wrong, or basic authentication is switched "
                    + "off for this site",
                hint:
                    "download the publish profile again, or leave user and password out, also of ~/.netrc, to sign in with "
                    + "'az login'"
            )
        case 403 where said.lowercased().contains("disabled") || said.lowercased().contains("stopped"):
            return Failure(
                .unavailable, id: "site-stopped", "\(name) is switched off: the site is stopped or disabled",
                hint: "start it with 'az webapp start', or look at its quota")
        case 403 where said.lowercased().contains("ip "):
            return Failure(
                .notAuthorised, id: "scm-address-refused",
                "\(name) does not let this machine's address in (access restrictions)",
                hint: "add the address to the access restrictions of the SCM site")
        case 403:
            return Failure(
                .notAuthorised, id: "scm-role-missing",
                "\(name) does not let you in (403)" + (said.isEmpty ? "" : ": \(said)"),
                hint: "ask for the role 'Website Contributor' on the site")
        case _ where answer.isDiskFull:
            return Failure(
                .failed, id: "scm-disk-full", "\(name) has no room left: \(said)",
                hint: "delete what the site does not need, or give its plan more space")
        default:
            return nil
        }
    }

    /// The failure for an answer that nothing can be done with.
    func unexpected(_ answer: WebResponse, _ what: String) -> Failure {
        let said = ServerMessage.text(answer.body).map { ": \($0)" } ?? ""
        let isTheirs = RetryPolicy.isTemporary(status: answer.status)
        return Failure(
            isTheirs ? .unavailable : .failed, id: "scm-answer",
            "\(name) answers \(answer.status) to \(what)\(said)",
            hint: isTheirs ? "try again later" : nil)
    }
}
