/// The hosts that only Azure App Service can give to a site.
package enum AzureHosts {
    /// The domains of Azure and its sovereign clouds, those of App Service Environments included.
    private static let domains = [
        "azurewebsites.net", "azurewebsites.us", "chinacloudsites.cn", "azurewebsites.de",
        "appserviceenvironment.net", "appserviceenvironment.us", "appserviceenvironment.cn",
    ]

    /// Whether a host, without a port, is that of a site or of its SCM site.
    package static func contain(_ host: String) -> Bool {
        let host = host.lowercased()
        return domains.contains { host.hasSuffix(".\($0)") }
    }

    /// Whether a host, without a port, is that of an SCM site (Kudu).
    package static func containSCM(_ host: String) -> Bool {
        // Behind `scm` there may be the name of a region or of an environment.
        contain(host) && host.lowercased().firstRange(of: ".scm.") != nil
    }
}
