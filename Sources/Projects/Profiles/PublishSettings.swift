import Diagnostics
import Files
import SystemPackage
import XMLDocumentTransform

/// A `.PublishSettings` file, as the Azure portal and hosters hand it out: several ways to publish one site.
struct PublishSettings {
    /// One element `publishProfile`.
    struct Way {
        var name: String
        var method: PublishProfile.Method
        var element: XMLElement

        /// The value of an attribute, whatever the case of its name; nil when it is empty.
        func value(_ name: String) -> String? {
            let found = element.attributes.first { $0.name.lowercased() == name.lowercased() }?.value
            return found.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    /// The ways in the file's order; those that can only read are left out.
    let ways: [Way]
    private let file: EvaluatedFile

    /// Reads the file.
    ///
    /// - Throws: A `Failure` when it is no such file or has no way that this program knows.
    init(reading file: EvaluatedFile) throws(Failure) {
        self.file = file
        let root = try XMLElement(
            parsing: FileContents.read(FilePath(file.path), limit: 4 << 20), file: file.displayName)
        guard root.localName.lowercased() == "publishdata" else {
            throw Failure(
                .badInput, id: "profile-root",
                "'\(root.name)' is not the 'publishData' element of a .PublishSettings file",
                at: root.location, hint: "download the publish profile again")
        }
        ways = root.elements.filter { $0.localName.lowercased() == "publishprofile" }.compactMap { element in
            var way = Way(name: "", method: .other(""), element: element)
            guard let name = way.value("publishMethod") else { return nil }
            way.method = PublishProfile.method(name) ?? .other(name)
            way.name = way.value("profileName") ?? name
            let isReadOnly = name.lowercased().contains("readonly") || way.name.contains("ReadOnly")
            return isReadOnly ? nil : way
        }
        guard !ways.isEmpty else {
            throw Failure(
                .badInput, id: "profile-empty",
                "'\(file.displayName)' holds no 'publishProfile' to publish with",
                at: root.location, hint: "download the publish profile again")
        }
    }

    /// Chooses a way: the one named by its method or profile name, else the best.
    ///
    /// ZipDeploy is best, then Web Deploy, which stands for the same host where it is Azure's, then FTP.
    ///
    /// - Throws: A `Failure` that names the ways when the wanted one is not among them.
    func way(_ wanted: String?) throws(Failure) -> Way {
        if let wanted {
            let method = PublishProfile.method(wanted)
            let match =
                ways.first { $0.name.lowercased() == wanted.lowercased() }
                ?? ways.first { $0.method == method }
            if let match { return match }
            let names = ways.map { "'\($0.element[attribute: "publishMethod"] ?? $0.name)'" }
            throw Failure(
                .badInput, id: "profile-missing", "'\(file.displayName)' holds no profile '\(wanted)'",
                at: file.location, hint: "it has \(names.joined(separator: ", "))")
        }
        let order: [PublishProfile.Method] = [.zipDeploy, .webDeploy, .ftp]
        return order.lazy.compactMap { method in ways.first { $0.method == method } }.first ?? ways[0]
    }

    /// The profile that a way describes.
    func profile(_ way: Way) -> PublishProfile {
        var profile = PublishProfile(name: WellKnownProperties.stem(file.path), file: FilePath(file.path))
        profile.method = way.method
        profile.provider = way.value("webSystem")?.lowercased() == "websites" ? "AzureWebSite" : nil
        profile.publishURL = way.value("publishUrl")
        profile.siteURL = way.value("destinationAppUrl")
        if way.method == .webDeploy {
            profile.deployServiceURL = profile.publishURL
            profile.deployIISAppPath = way.value("msdeploySite")
        }
        profile.usesPassiveFTP = way.value("ftpPassiveMode").flatMap(Boolean.msbuild) ?? true
        profile.userName = way.value("userName")
        profile.password = way.value("userPWD").map(Password.init)
        return profile
    }
}
