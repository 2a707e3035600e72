import Addresses
import Diagnostics
package import SystemPackage

extension KuduClient {
    /// Lists the deployments, newest first; nil when the answer was none, as from a Kudu that is just starting.
    ///
    /// - Throws: A `Failure` when the SCM site cannot be reached or lets nobody in.
    package func deployments() async throws -> [Deployment]? {
        let answer = try await send(WebRequest("GET", url("/api/deployments")))
        guard answer.status == 200 else {
            guard answer.status == 404 || RetryPolicy.isTemporary(status: answer.status) else {
                throw unexpected(answer, "a look at its deployments")
            }
            return nil
        }
        return JSONBody.decoded([Deployment].self, answer.body)
    }

    /// Reads a deployment; nil when there is none of that identifier, or no proper answer.
    package func deployment(_ id: String) async throws -> (deployment: Deployment?, retryAfter: Int?) {
        let answer = try await send(WebRequest("GET", url("/api/deployments/\(URLText.escaped(id))")))
        return (
            answer.isSuccess ? JSONBody.decoded(Deployment.self, answer.body) : nil, answer.retryAfter
        )
    }

    /// Reads the log of a deployment, or what stands below one of its entries.
    package func log(of id: String, entry: String? = nil) async throws -> [DeploymentLogEntry] {
        let below = entry.map { "/\(URLText.escaped($0))" } ?? ""
        let answer = try await send(
            WebRequest("GET", url("/api/deployments/\(URLText.escaped(id))/log\(below)")))
        return answer.isSuccess ? JSONBody.decoded([DeploymentLogEntry].self, answer.body) ?? [] : []
    }

    /// How a package is deployed.
    package enum Kind: Sendable, Hashable {
        /// The whole site (`zipdeploy`): what earlier packages had and this one has not goes; with `clean`,
        /// everything that it has not.
        case whole(clean: Bool, tag: String)
        /// Some files only (`publish`, OneDeploy): nothing goes.
        case part
    }

    /// The request that uploads a package; it answers as soon as the package is stored.
    ///
    /// `clean` is always sent: the two interfaces have different defaults.
    package func uploadRequest(_ file: FilePath, size: Int, as kind: Kind) -> WebRequest {
        let address: String
        switch kind {
        case .whole(let clean, let tag):
            address =
                "/api/zipdeploy?"
                + URLText.query([
                    ("isAsync", "true"), ("clean", clean ? "true" : "false"),
                    ("trackDeploymentProgress", "true"), ("deployer", "ptvsd-publish"), ("message", tag),
                ])
        case .part:
            address =
                "/api/publish?"
                + URLText.query([
                    ("type", "zip"), ("async", "true"), ("clean", "false"), ("restart", "true"),
                    ("trackDeploymentProgress", "true"),
                ])
        }
        return WebRequest(
            "POST", url(address), body: .file(file, size: size, type: "application/zip"), seconds: 300)
    }

    /// Asks whether a package can be deployed; Kudu on Linux does not know the question.
    ///
    /// - Returns: A warning, if there is one.
    /// - Throws: A `Failure` with the reason why it cannot.
    package func validate() async throws -> String? {
        let answer = try await send(
            WebRequest("POST", url("/api/zipdeploy/validate"), body: .bytes([], type: "application/zip")))
        let said = ServerMessage.text(answer.body)
        guard answer.status != 400 else {
            throw Failure(
                .failed, id: "scm-validation",
                "\(name) cannot take the site: \(said ?? "it does not say why")",
                hint: "look at the free space of the plan and at WEBSITE_RUN_FROM_PACKAGE")
        }
        return answer.isSuccess ? said : nil
    }
}
