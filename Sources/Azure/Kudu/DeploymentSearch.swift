/// How a publish knows its own deployment among others; "the latest" may be somebody else's.
package struct DeploymentSearch: Sendable, Hashable {
    /// A random word that was sent as its message; nil where messages cannot be sent.
    package var tag: String?
    /// The identifier that the server gave it (`SCM-DEPLOYMENT-ID`).
    package var id: String?
    /// The identifiers of the deployments before it.
    package var earlier: Set<String>

    /// Creates the search.
    package init(tag: String?, id: String? = nil, earlier: Set<String> = []) {
        self.tag = tag
        self.id = id
        self.earlier = earlier
    }

    /// Finds the deployment among those of the server, newest first.
    ///
    /// Where messages cannot be sent and the identifier is not among them (it comes late, and not from every
    /// Kudu), it is the oldest that was not there before and was received by OneDeploy; one that is over only where
    /// none is running, since it was accepted while no other ran.
    package func find(in deployments: [Deployment]) -> Deployment? {
        if let id, let found = deployments.first(where: { $0.id.map(Self.digits) == Self.digits(id) }) {
            return found
        }
        if let tag {
            let own = deployments.filter {
                $0.message?.contains(tag) == true && !($0.id.map(earlier.contains) ?? false)
            }
            return own.first { $0.isTemporary != true } ?? own.first
        }
        let new = deployments.filter { deployment in
            guard let found = deployment.id, !earlier.contains(found) else { return false }
            return deployment.deployer == nil || deployment.deployer == "OneDeploy"
        }
        return new.last { $0.state == .running } ?? new.last
    }

    /// The digits of an identifier, which the server writes with and without hyphens.
    private static func digits(_ id: String) -> String {
        id.lowercased().replacing("-", with: "")
    }

    /// A random word for the message of a deployment.
    package static func newTag() -> String {
        let number = UInt64.random(in: .min ... .max)
        return "ptvsd-publish \(String(number, radix: 36))"
    }
}
