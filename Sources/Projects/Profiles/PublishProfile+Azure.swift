import Addresses

extension PublishProfile {
    /// The host of the site's deployment service in Azure, such as `name.scm.azurewebsites.net`; nil elsewhere.
    ///
    /// Taken from where the profile publishes to, never made from the site's name: newer sites have names such as
    /// `app-abc123.scm.westus-01.azurewebsites.net`. Web Deploy on such a host stands for ZipDeploy on the same.
    package var deploymentHost: String? {
        let text: String?
        switch method {
        case .zipDeploy: text = publishURL
        case .webDeploy: text = deployServiceURL ?? publishURL
        default: return nil
        }
        guard let host = text.map(Self.host) ?? nil else { return nil }
        guard method == .webDeploy else { return host }
        // What listens on another port is a Web Deploy of somebody's own.
        let isAzure = AzureHosts.containSCM(host) || provider?.lowercased() == "azurewebsite"
        return isAzure ? host : nil
    }

    /// Whether the target's files that are not part of the site are to go, as the profile says for its method.
    ///
    /// For Azure, a profile that skips extra files keeps them whatever else it says. Nothing goes as long as nobody can
    /// tell what is to be left alone.
    package var deletesExtraFiles: Bool {
        guard !hasUnclearSkipRules else { return false }
        return switch method {
        case .webDeploy: skipsExtraFilesOnServer.map { !$0 } ?? deletesExistingFiles
        case .zipDeploy: deletesExistingFiles && skipsExtraFilesOnServer != true
        default: deletesExistingFiles
        }
    }

    /// The host and, unless it is that of HTTPS, the port in a URL or in `host:port`.
    private static func host(_ text: String) -> String? {
        var rest = text[...]
        if let mark = rest.firstRange(of: "://") { rest = rest[mark.upperBound...] }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }.lowercased()
        let host = authority.hasSuffix(":443") ? String(authority.dropLast(4)) : authority
        return host.isEmpty ? nil : host
    }
}
