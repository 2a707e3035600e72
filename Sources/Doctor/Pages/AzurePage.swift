import Tunnel

/// A page that Azure's front end gives in place of the site.
enum AzurePage: Sendable, Hashable {
    /// The site's access restrictions do not let this machine in; its address as Azure sees it.
    case accessRestricted(address: String)
    /// The site is stopped, or a quota of its plan is used up.
    case stopped
    /// There is no site of that name.
    case siteMissing
    /// The site does not start, or takes too long to.
    case unavailable(Int)

    /// Reads an answer; nil when it is another page.
    init?(_ answer: SiteAnswer) {
        let text = answer.text
        // The page's design and its link to help are the same for each of them; the headings are English everywhere.
        let isFrontEnd =
            text.contains("Microsoft Azure Web App") || text.contains("Microsoft Azure App Service")
            || text.contains("go.microsoft.com/fwlink")
        switch answer.status {
        case 403:
            if let address = answer.header("x-ms-forbidden-ip") {
                self = .accessRestricted(address: address)
                return
            }
            guard isFrontEnd else { return nil }
            self = .stopped
        case 404 where isFrontEnd && answer.header("x-powered-by") == nil: self = .siteMissing
        case 502, 503, 504:
            guard isFrontEnd || text.contains(":( Application Error") else { return nil }
            self = .unavailable(answer.status)
        default: return nil
        }
    }
}
