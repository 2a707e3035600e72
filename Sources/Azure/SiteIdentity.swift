/// What a publish profile tells of the site behind an SCM host, beyond the host.
package struct SiteIdentity: Sendable, Hashable {
    /// The site's resource identifier; nil where the profile has none.
    let resourceID: String?
    /// The site and the slot of it that the profile is for; nil where it names no slot.
    let slot: Slot?

    /// A slot of a site.
    struct Slot: Sendable, Hashable {
        var site: String
        var name: String

        /// Reads `SITE__SLOT`, which a user has behind `$`.
        init?(_ text: String) {
            guard let text = text.split(separator: "$").last, let mark = text.firstRange(of: "__") else {
                return nil
            }
            (site, name) = (String(text[..<mark.lowerBound]), String(text[mark.upperBound...]))
            guard !site.isEmpty, !name.isEmpty else { return nil }
        }
    }

    /// Reads the keys of a profile.
    ///
    /// - Parameters:
    ///   - resourceID: `ResourceId`; a text that is no resource identifier of a site does not count.
    ///   - names: What may be `SITE__SLOT`: `DeployIisAppPath`, and the user.
    package init(resourceID: String?, names: [String?]) {
        self.resourceID = resourceID.flatMap { Self.isResourceID($0) ? $0 : nil }
        slot = names.lazy.compactMap(\.self).compactMap(Slot.init).first
    }

    /// Whether it is `/subscriptions/…/providers/Microsoft.Web/sites/…` and nothing that could lead elsewhere: a token
    /// is sent with it.
    private static func isResourceID(_ text: String) -> Bool {
        let text = text.lowercased()
        return text.hasPrefix("/subscriptions/")
            && text.firstRange(of: "/providers/microsoft.web/sites/") != nil
            && text.firstRange(of: "..") == nil
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "/-_.()".utf8.contains(byte)
                }
            }
    }
}
