import Addresses
import Diagnostics

/// A site that was found and lets us in.
package struct AzureSession: Sendable {
    /// Its SCM site.
    package let kudu: KuduClient
    /// Azure Resource Manager; nil where only user and password of a profile are known.
    package let resourceManager: ResourceManager?
    /// How Azure Resource Manager describes it; nil without that.
    package let resource: SiteResource?
    /// Whether it runs on Linux.
    package let isLinux: Bool
    /// Its address, where known.
    package let siteURL: String?
    /// The deployments so far, newest first.
    package let deployments: [Deployment]

    /// Finds a site and looks whether it lets us in.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - access: How Azure is reached.
    ///   - credentials: Who knows user and password of the SCM site, which are used there in place of a token.
    ///   - narrate: Is told why something takes longer.
    /// - Returns: The session.
    /// - Throws: A `Failure` that says why it is not found, not reached, or lets nobody in.
    package static func open(
        _ site: AzureSite, access: AzureAccess, credentials: any BasicCredentialSource,
        narrate: @escaping @Sendable (String) -> Void
    ) async throws -> AzureSession {
        let manager = access.resourceManager
        let (host, resource, basic) = try await find(site, access, credentials)
        let kudu = KuduClient(
            host: host, web: access.web,
            signIn: basic.map { .basic($0) } ?? .token(access.tokens, resource: access.resourceManagerURL),
            retries: access.retries, narrate: narrate)
        let deployments: [Deployment]
        do {
            deployments = try await kudu.deployments() ?? []
        } catch let failure as Failure
            where failure.diagnostics.contains(where: { $0.id == "scm-password-refused" })
        {
            guard let resource, try await manager.allowsBasicAuthentication(resource) == false else {
                throw failure
            }
            throw Failure(
                .notAuthorised, id: "scm-basic-authentication-off",
                "basic authentication is switched off for the SCM site of '\(resource.name)'",
                hint: "leave user and password out to sign in with 'az login', or switch it on in the portal")
        }
        let isLinux =
            if let resource { resource.isLinux } else { try await kudu.isWindows() != true }
        return AzureSession(
            kudu: kudu, resourceManager: resource == nil ? nil : manager, resource: resource,
            isLinux: isLinux,
            siteURL: site.siteURL ?? resource?.siteHost.map { "https://\($0)" }, deployments: deployments)
    }

    /// The SCM site's host, the site where Azure Resource Manager knows it, and user and password where they sign in.
    private static func find(
        _ site: AzureSite, _ access: AzureAccess, _ credentials: any BasicCredentialSource
    ) async throws -> (host: String, resource: SiteResource?, basic: BasicCredentials?) {
        let manager = access.resourceManager
        switch site.address {
        case .name(let name, let slot):
            let found: SiteResource
            do {
                found = try await manager.site(
                    named: name, slot: slot, subscription: access.chosenSubscription(),
                    group: access.resourceGroup)
            } catch let failure as Failure where failure.reason == .notAuthorised {
                throw failure.offering(
                    "name the SCM site with '--to https://HOST' to sign in with its user and password")
            }
            let host = try found.scmHost.orThrow(
                Failure(
                    .failed, id: "azure-site-without-scm", "the site '\(found.name)' has no SCM site",
                    hint: "publish to it with a publish profile"))
            return (host, found, credentials.known(for: nil))
        case .scm(let host):
            let basic = credentials.known(for: host)
            guard basic == nil || access.subscription != nil || access.hasServicePrincipal else {
                return (host, nil, basic)
            }
            do {
                let found = try await manager.site(
                    scmHost: host, identity: site.identity,
                    subscription: try await access.chosenSubscription())
                // A token of Resource Manager's opens the whole subscription: no other host gets to see it.
                guard basic != nil || found != nil || AzureHosts.containSCM(host) else {
                    throw Failure(
                        .notAuthorised, id: "scm-host-unknown",
                        "'\(host)' is no SCM site that Azure is known for, and gets no token",
                        hint: "name the site as 'azure:SITE'")
                }
                return (host, found, basic)
            } catch let failure as Failure where basic == nil && failure.reason == .notAuthorised {
                // An application that may not sign in is a mistake to be mended, not to be got around.
                guard !access.hasServicePrincipal || failure.isAbout("scm-host-unknown"),
                    let asked = try await credentials.asked(
                        for: host, since: failure.diagnostics.first?.message ?? "")
                else {
                    throw failure.offering(
                        "give user and password of the SCM site in PTVSD_PUBLISH_USER and "
                            + "PTVSD_PUBLISH_PASSWORD, or in ~/.netrc")
                }
                return (host, nil, asked)
            }
        }
    }
}

extension Failure {
    fileprivate func isAbout(_ id: String) -> Bool { diagnostics.contains { $0.id == id } }

    /// The same, with another way into the site.
    fileprivate func offering(_ way: String) -> Failure {
        var failure = self
        for index in failure.diagnostics.indices {
            failure.diagnostics[index].hint = diagnostics[index].hint.map { "\($0); or \(way)" } ?? way
        }
        return failure
    }
}
