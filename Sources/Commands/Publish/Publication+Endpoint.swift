import Destinations
import WebConfiguration

extension Publication {
    /// What a destination that sees the site run has to know of the endpoint.
    func endpoint(of configuration: SiteConfiguration) -> EndpointAccess {
        var access = EndpointAccess()
        access.isDebugging = configuration.debugging != nil
        if configuration.debugging?.settings != nil {
            access.secret = configuration.debugging?.attachURL.secret
        }
        access.siteURL = request.siteURL
        // The hidden file holds it until this publish has succeeded. It lets people into the site that was published
        // last, and whoever answers at an address that is new or mistyped must not learn it.
        access.previousSecret = request.siteURL.flatMap {
            HiddenConfiguration.lastSecret(for: $0, of: workspace)
        }
        return access
    }
}
