package import SystemPackage
package import WebConfiguration

/// The site that is to be examined, and what it takes to reach it.
package struct SiteSubject: Sendable {
    /// Where it answers.
    package var address: SiteURL
    /// The password; nil when none is known.
    package var secret: Secret?
    /// Where the secret was taken from, where that is not the project.
    package var secretSource: String?
    /// Certificates of authorities that are believed as well as the system's.
    package var caFile: FilePath?
    /// Where proxies are looked up.
    package var environment: [String: String]
    /// How long an answer may take.
    package var timeout = Duration.seconds(30)
    /// Whether the secret may travel in clear.
    package var allowsPlaintext = false
    /// The instance that is asked; nil for whichever answers.
    package var instance: String?

    /// Creates a subject.
    package init(address: SiteURL, secret: Secret?, caFile: FilePath?, environment: [String: String]) {
        self.address = address
        self.secret = secret
        self.caFile = caFile
        self.environment = environment
    }
}
