import Destinations
import Diagnostics
import Files
import Projects
import SystemPackage
import WebConfiguration

extension Publication {
    /// Fits what is wanted to the site on Azure that it goes to.
    ///
    /// - Throws: A `Failure` when the site is not found, or is not what the options say.
    mutating func fit(to destination: AzureDestination) async throws {
        let facts = try await destination.connection.facts()
        if !namesSiteURL, let found = facts.siteURL { request.siteURL = found }
        if let host = request.host, host.isIIS == facts.isLinux {
            throw Failure(
                .badInput, id: "host-mismatch",
                "'\(destination.name)' runs on \(facts.isLinux ? "Linux" : "Windows"), where the host is never "
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

    /// What a publish to Azure is told beyond the site.
    ///
    /// - Throws: A `Failure` when the configuration does not fit the site.
    func deployment(
        of configuration: SiteConfiguration, to destination: AzureDestination,
        _ announce: @escaping @Sendable (String) -> Void
    ) async throws -> AzureDeployment {
        if configuration.host == .linux, try await !destination.connection.facts().isLinux {
            throw Failure(
                .badInput, id: "host-mismatch",
                "'\(destination.name)' runs on Windows, and the project has no web.config that says how",
                hint: "give '--host iis-httpplatform', or write one with 'ptvsd-publish init'")
        }
        let confirmation = SettingsConfirmation(isAgreed: azure.yes, narrate: announce)
        var deployment = AzureDeployment { try confirmation.ask($0) }
        deployment.isDebugging = configuration.debugging != nil
        if configuration.debugging?.settings != nil {
            deployment.secret = configuration.debugging?.attachURL.secret
        }
        deployment.previousSecret = previousSecret
        deployment.siteURL = request.siteURL
        deployment.enablesWebSockets = azure.enableWebSockets
        deployment.isFull = azure.full
        return deployment
    }

    /// The secret of the last publish, which stands in the hidden file until this one has succeeded.
    private var previousSecret: Secret? {
        guard let path = try? WebDebugConfig.find(in: workspace.project.home),
            let bytes = try? FileContents.read(path),
            let config = try? WebDebugConfig(parsing: bytes, file: path.string)
        else { return nil }
        return try? config.secret()
    }
}
