import Addresses
package import WebConfiguration

/// The debug endpoint of a site, and what it takes to be let in.
package struct Endpoint: Sendable, Hashable {
    /// The address of the site; `http` is taken literally here.
    package var site: SiteURL
    /// The password; nil while none is known.
    package var secret: Secret?
    /// Where the secret was taken from instead of the project, as people call it; nil for the project's own.
    package var secretSource: String?
    /// When the project's secret was made and for which destination, as people say it; nil where nothing tells.
    package var secretOrigin: String?
    /// The instance of the site that is meant, as in `WEBSITE_INSTANCE_ID`; nil for whichever answers.
    package var instance: String?
    /// The process to debug; nil for the one that answers requests.
    package var process: Int?

    /// Creates an endpoint.
    ///
    /// - Parameters:
    ///   - site: The address of the site. Unless it is on this machine, `http` becomes `https`: the secret must not
    ///     travel in clear.
    ///   - secret: The password.
    ///   - allowsPlaintext: Whether `http` is taken literally on other machines as well.
    package init(site: SiteURL, secret: Secret?, allowsPlaintext: Bool = false) {
        let isPlain = site.scheme == "http" && (site.isLoopback || allowsPlaintext)
        let port = site.port.map { ":\($0)" } ?? ""
        self.site = SiteURL("\(isPlain ? "http" : "https")://\(site.host)\(port)\(site.path)") ?? site
        self.secret = secret
    }

    /// Whether the connection is one of TLS.
    var usesTLS: Bool { site.scheme == "https" }

    /// The name or address to connect to, without the brackets of IPv6.
    var host: String {
        site.host.hasPrefix("[") ? String(site.host.dropFirst().dropLast()) : site.host
    }

    /// The port to connect to.
    var port: Int { site.port ?? (usesTLS ? 443 : 80) }

    /// `host` or `host:port`, for the `Host` header and for people.
    package var place: String { site.host + (site.port.map { ":\($0)" } ?? "") }

    /// The path of the endpoint.
    var path: String { site.path + "/ptvsd" }

    /// The headers that let a request in and lead it to the instance.
    var headers: [(String, String)] {
        var headers: [(String, String)] = [("Host", place), ("User-Agent", "ptvsd-publish")]
        if let secret {
            headers.append(("Authorization", "Basic " + Base64.text(Array((secret.revealed + ":").utf8))))
        }
        if let instance {
            headers.append(("Cookie", "ARRAffinity=\(instance); ARRAffinitySameSite=\(instance)"))
        }
        return headers
    }

    /// What stands in the way to this endpoint.
    func failure(_ cause: TunnelFailure.Cause) -> TunnelFailure {
        var failure = TunnelFailure(cause, at: place)
        failure.secretSource = secretSource
        failure.secretOrigin = secretOrigin
        return failure
    }
}
