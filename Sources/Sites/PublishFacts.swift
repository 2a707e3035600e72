/// What a report says about a publish beside its files.
package struct PublishFacts: Sendable, Equatable {
    /// The project as the user named it.
    package var project: String
    /// The build configuration, such as `Debug`.
    package var configuration: String
    /// The host's name, such as `iis-fastcgi`.
    package var host: String
    /// Where the site answers, where known.
    package var siteURL: String?
    /// The attach URL, masked already where it must be; nil without a debugger.
    package var attachURL: String?
    /// Until when the secret holds, in ISO 8601; nil without a debugger or an end.
    package var expires: String?

    /// Creates the facts of one publish.
    package init(
        project: String, configuration: String, host: String, siteURL: String? = nil,
        attachURL: String? = nil,
        expires: String? = nil
    ) {
        self.project = project
        self.configuration = configuration
        self.host = host
        self.siteURL = siteURL
        self.attachURL = attachURL
        self.expires = expires
    }
}
