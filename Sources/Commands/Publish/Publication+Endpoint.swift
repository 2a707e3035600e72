import Destinations
import Files
import Projects
import SystemPackage
import WebConfiguration

extension Publication {
    /// What a destination that sees the site run has to know of the endpoint.
    func endpoint(of configuration: SiteConfiguration) -> EndpointAccess {
        var access = EndpointAccess()
        access.isDebugging = configuration.debugging != nil
        if configuration.debugging?.settings != nil {
            access.secret = configuration.debugging?.attachURL.secret
        }
        access.previousSecret = previousSecret
        access.siteURL = request.siteURL
        return access
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
