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
    ///   - narrate: Is told why something takes longer.
    /// - Returns: The session.
    /// - Throws: A `Failure` that says why it is not found, not reached, or lets nobody in.
    package static func open(
        _ site: AzureSite, access: AzureAccess, narrate: @escaping @Sendable (String) -> Void
    ) async throws -> AzureSession {
        let basic = access.credentials(or: site.credentials)
        let manager = access.resourceManager
        let resource: SiteResource?
        let host: String
        switch site.address {
        case .name(let name, let slot):
            let found = try await manager.site(
                named: name, slot: slot, subscription: access.chosenSubscription(),
                group: access.resourceGroup)
            resource = found
            host = try found.scmHost.orThrow(
                Failure(
                    .failed, id: "azure-site-without-scm", "the site '\(found.name)' has no SCM site",
                    hint: "publish to it with a publish profile"))
        case .scm(let named):
            host = named
            let isKnown = basic == nil || access.subscription != nil || access.hasServicePrincipal
            resource =
                isKnown
                ? try await manager.site(scmHost: host, subscription: access.chosenSubscription()) : nil
        }
        // A token of Resource Manager's opens the whole subscription: no other host gets to see it.
        guard basic != nil || resource != nil || AzureSite.isSCMHost(host) else {
            throw Failure(
                .notAuthorised, id: "scm-host-unknown",
                "'\(host)' is no SCM site that Azure is known for, and gets no token",
                hint:
                    "give user and password in PTVSD_PUBLISH_USER and PTVSD_PUBLISH_PASSWORD, or name the site "
                    + "as 'azure:SITE'")
        }
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
}
