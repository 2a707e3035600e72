import Diagnostics
package import WebConfiguration

extension AzureDestination {
    package func fit(_ request: inout ConfigurationRequest, namesSiteURL: Bool) async throws {
        let facts = try await connection.facts()
        request.isOnAzure = true
        if !namesSiteURL, let found = facts.siteURL { request.siteURL = found }
        if let host = request.host, host.isIIS == facts.isLinux {
            throw Failure(
                .badInput, id: "host-mismatch",
                "'\(name)' runs on \(facts.isLinux ? "Linux" : "Windows"), where the host is never "
                    + "'\(host.rawValue)'",
                hint: "leave '--host' out")
        }
        guard facts.isLinux else {
            // What follows from an address of Azure also counts for a domain of the owner's.
            request.serverPaths.root = request.serverPaths.root ?? ServerPaths.azureRoot
            if request.webSocketSection == .auto { request.webSocketSection = .always }
            return
        }
        request.host = .linux
        if request.startCommand == nil, let command = facts.startCommand {
            request.startCommand = WrappedCommand(command).line
        }
    }

    package func accept(_ configuration: inout SiteConfiguration) async throws {
        if configuration.host == .linux, try await !connection.facts().isLinux {
            throw Failure(
                .badInput, id: "host-mismatch",
                "'\(name)' runs on Windows, and the project has no web.config that says how",
                hint: "give '--host iis-httpplatform', or write one with 'ptvsd-publish init'")
        }
        // What is advised there is done here.
        configuration.advice = []
    }
}
