import ArgumentParser
import Azure
import Diagnostics

/// How a site on Azure is found.
struct AzureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The subscription of an Azure site; else AZURE_SUBSCRIPTION_ID, or the one that 'az' uses.",
            valueName: "id"))
    var subscription: String?

    @Option(
        help: ArgumentHelp(
            "The resource group of an Azure site; else all of the subscription are searched.",
            valueName: "name"))
    var resourceGroup: String?

    /// How Azure is reached.
    ///
    /// - Throws: A `Failure` when an address or a file cannot be used.
    func access(_ connection: ConnectionOptions, _ context: Context) throws(Failure) -> AzureAccess {
        try AzureAccess(
            environment: context.environment, subscription: subscription, resourceGroup: resourceGroup,
            certificates: connection.caFile.map(context.absolute))
    }
}

/// What a publish to Azure does beyond sending files.
struct AzurePublishOptions: ParsableArguments {
    @Flag(help: "Switch web sockets on for an Azure site, if they are off.")
    var enableWebSockets = false

    @Flag(help: "Send the whole site to Azure, also what seems to be there.")
    var full = false

    @Flag(name: .shortAndLong, help: "Agree to changes of an Azure site's settings without being asked.")
    var yes = false
}
