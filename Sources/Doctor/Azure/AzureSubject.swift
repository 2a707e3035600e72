package import Azure

/// How the switches of a site in Azure can be looked at.
package struct AzureSubject: Sendable {
    /// The site as it was published to; nil when it is to be found by its host.
    package var site: AzureSite?
    /// Its host, perhaps with a port.
    package var host: String
    /// How Azure is reached.
    package var access: AzureAccess

    /// Creates a subject.
    package init(site: AzureSite?, host: String, access: AzureAccess) {
        self.site = site
        self.host = host
        self.access = access
    }
}
