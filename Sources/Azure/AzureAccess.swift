package import Diagnostics
package import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How Azure is reached in this run: addresses, sign-in, subscription.
package struct AzureAccess: Sendable {
    /// The address of Azure Resource Manager, which is also what tokens are for.
    package let resourceManagerURL: String
    /// The subscription that the user names.
    package let subscription: String?
    /// The resource group that the user names.
    package let resourceGroup: String?
    /// How requests are sent.
    package let web: WebClient
    /// How often.
    package let retries: RetryPolicy
    /// Who signs in.
    package let tokens: AccessTokens
    /// The program `az`, where no application signs in by itself.
    private let cli: AzureCLI
    /// Whether an application signs in by itself.
    package let hasServicePrincipal: Bool

    /// Reads the environment; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - environment: The variables `AZURE_RESOURCE_MANAGER_URL`, `AZURE_AUTHORITY_HOST`, `AZURE_SUBSCRIPTION_ID`,
    ///     `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_SECRET`, `PTVSD_PUBLISH_RETRY_DELAY`, `SSL_CERT_FILE`
    ///     and `HTTPS_PROXY`.
    ///   - subscription: The option of that name.
    ///   - resourceGroup: The option of that name.
    ///   - certificates: The option `--ca-file`.
    /// - Throws: A `Failure` when an address or a file cannot be used.
    package init(
        environment: [String: String], subscription: String? = nil, resourceGroup: String? = nil,
        certificates: FilePath? = nil
    ) throws(Failure) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        resourceManagerURL = try Self.address(
            value("AZURE_RESOURCE_MANAGER_URL"), "https://management.azure.com")
        let authority = try Self.address(value("AZURE_AUTHORITY_HOST"), "https://login.microsoftonline.com")
        self.subscription = subscription ?? value("AZURE_SUBSCRIPTION_ID")
        self.resourceGroup = resourceGroup
        web = try WebClient(
            certificates: certificates, environment: environment)
        retries = RetryPolicy(environment: environment)
        let now: @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
        cli = AzureCLI(now: now)
        let principal = ServicePrincipal(
            environment: environment, authority: authority, web: web, retries: retries, now: now)
        hasServicePrincipal = principal != nil
        tokens = AccessTokens(principal ?? cli, now: now)
    }

    /// Azure Resource Manager.
    package var resourceManager: ResourceManager {
        ResourceManager(base: resourceManagerURL, web: web, tokens: tokens, retries: retries)
    }

    /// The subscription that the user names, else the one that `az` uses.
    ///
    /// - Throws: A `Failure` that says how to choose one.
    package func chosenSubscription() async throws -> String {
        if let subscription { return subscription }
        guard !hasServicePrincipal else {
            throw Failure(
                .badInput, id: "azure-subscription-unknown",
                "nobody says which subscription the site belongs to",
                hint: "give '--subscription', or set AZURE_SUBSCRIPTION_ID")
        }
        return try await cli.subscription()
    }

    private static func address(_ text: String?, _ usual: String) throws(Failure) -> String {
        guard var text else { return usual }
        while text.hasSuffix("/") { text.removeLast() }
        if text.firstRange(of: "://") == nil { text = "https://" + text }
        guard text.lowercased().hasPrefix("https://"), text.count > 8 else {
            throw Failure(
                .badInput, id: "azure-address",
                "'\(text.addressWithoutUserInfo)' is not the https address of a cloud",
                hint: "look at AZURE_RESOURCE_MANAGER_URL and AZURE_AUTHORITY_HOST")
        }
        return text
    }
}
