package import WebConfiguration

/// What a destination that sees its site run has to know of the debug endpoint.
package struct EndpointAccess: Sendable {
    /// Whether the site gets it.
    package var isDebugging = false
    /// The new secret, to see the new build answer; nil where the site agent does not.
    package var secret: Secret?
    /// The secret that the site at this address has had, to end the sessions that still run; nil where it had none.
    package var previousSecret: Secret?
    /// Where the site answers.
    package var siteURL: SiteURL?

    /// Creates the access to a site without the endpoint.
    package init() {}
}
