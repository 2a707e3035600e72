/// A site of Azure App Service, as a user or a publish profile names it.
package struct AzureSite: Sendable, Hashable {
    /// How it is found.
    package enum Address: Sendable, Hashable {
        /// By its name and that of a slot: Azure Resource Manager knows the rest.
        case name(String, slot: String?)
        /// By the host, perhaps with a port, of its SCM site (Kudu), as a publish profile gives it.
        case scm(String)
    }

    /// How it is found.
    package var address: Address
    /// Where the site answers, where a profile says so.
    package var siteURL: String?
    /// The user and password of a profile, where it has them.
    package var credentials: BasicCredentials?
    /// What a profile tells of the site behind its host.
    package var identity: SiteIdentity?

    /// Creates the site whose SCM host a profile names; nil when the address is none.
    ///
    /// - Parameters:
    ///   - scmAddress: Its `publishUrl`: a host such as `site.scm.azurewebsites.net:443`, or an https URL of it.
    ///   - siteURL: Where the site answers (`destinationAppUrl`).
    ///   - credentials: What the profile knows of user and password.
    package init?(scmAddress: String, siteURL: String? = nil, credentials: BasicCredentials? = nil) {
        var host = scmAddress[...]
        if let mark = host.firstRange(of: "://") {
            guard host[..<mark.lowerBound].lowercased() == "https" else { return nil }
            host = host[mark.upperBound...]
        }
        host = host.prefix { $0 != "/" }
        if host.hasSuffix(":443") { host = host.dropLast(4) }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty, parts.count <= 2,
            name.utf8.allSatisfy({ Self.isNameByte($0) || $0 == UInt8(ascii: ".") }),
            parts.count == 1 || UInt16(parts[1]) != nil
        else { return nil }
        address = .scm(host.lowercased())
        self.siteURL = siteURL
        self.credentials = credentials
    }

    /// Reads `SITE` or `SITE/SLOT`, what stands behind `azure:`; nil for anything that cannot name a site or a slot.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.count <= 60 && $0.utf8.allSatisfy(Self.isNameByte) })
        else { return nil }
        // ARM calls the site itself the slot "production".
        let slot = parts.count == 2 ? String(parts[1]) : nil
        address = .name(String(parts[0]), slot: slot?.lowercased() == "production" ? nil : slot)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension AzureSite: CustomStringConvertible {
    /// What `--to` takes: `azure:SITE/SLOT`, or the https URL of the SCM site.
    package var description: String {
        switch address {
        case .name(let name, let slot): "azure:" + name + (slot.map { "/\($0)" } ?? "")
        case .scm(let host): "https://\(host)"
        }
    }
}
