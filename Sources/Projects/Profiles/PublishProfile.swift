package import Diagnostics
package import SystemPackage

/// A publish profile, evaluated: where and how a project is published.
///
/// Read from a `.pubxml` of Visual Studio or from one of the ways in a `.PublishSettings` file.
package struct PublishProfile: Sendable, Hashable {
    /// Its name: that of its file.
    package var name: String
    /// The absolute path of its file.
    package var file: FilePath
    /// How it publishes; nil when it does not say.
    package var method: Method?
    /// What it publishes to, such as `AzureWebSite`; nil when it does not say.
    package var provider: String?
    /// The folder, host or URL it publishes to, as written.
    package var publishURL: String?
    /// The build configuration it was last used with, or names itself.
    package var configuration: String?
    /// The address of the site.
    package var siteURL: String?
    /// Whether files of the target that are not part of the site are deleted.
    package var deletesExistingFiles = false
    /// Whether Web Deploy leaves such files alone; nil when the profile does not say.
    package var skipsExtraFilesOnServer: Bool?
    /// Which files of the project are published.
    package var selection = FileSelection.neededToRun
    /// What is left out.
    package var exclusions = Exclusions()
    /// Where a package goes: a zip file or a folder.
    package var packageLocation: String?
    /// Whether the package is one zip file, which is the default, and not a folder.
    package var packageIsSingleFile = true
    /// The site that Web Deploy addresses, such as `Default Web Site/app`.
    package var deployIISAppPath: String?
    /// The service that Web Deploy talks to.
    package var deployServiceURL: String?
    /// Whether FTP uses passive mode, which is the default.
    package var usesPassiveFTP = true
    /// The folder below the FTP host.
    package var ftpSitePath: String?
    /// The user to log in as.
    package var userName: String?
    /// The password, where the file holds it in plain text.
    package var password: Password?
    /// The site's identifier in Azure, `/subscriptions/…`.
    package var resourceID: String?
    /// The folder of the site on its server, as `D:\home\site\wwwroot`.
    var remotePath: String?
    /// What the target cannot be made of; nil when all is known.
    package var incompleteTarget: IncompleteTarget?
    /// The skip rules of Web Deploy that can be applied.
    var skipRules: [SkipRule] = []
    /// Whether there are others, so that nobody can tell which files they protect.
    var hasUnclearSkipRules = false
    /// Whether `web.<Configuration>.config` is applied.
    package var transformsWebConfig = true
    /// Whether `web.<Profile>.config` is applied.
    package var appliesProfileTransform = true

    /// Creates a profile that says nothing yet.
    init(name: String, file: FilePath) {
        self.name = name
        self.file = file
    }

    /// How a profile publishes.
    package enum Method: Sendable, Hashable {
        case fileSystem
        case ftp
        case webDeploy
        case package
        /// ZipDeploy, or Kudu as `PublishProtocol`.
        case zipDeploy
        /// One that this tool does not know.
        case other(String)
    }

    /// A property that the target needs and nobody sets.
    package struct IncompleteTarget: Sendable, Hashable {
        /// The key of the target, as written.
        package var key: String
        /// The property.
        package var property: String
        /// Where the target is set.
        package var location: Diagnostic.Location
    }

    /// What a profile leaves out; patterns match the path in the site, letters of either case.
    package struct Exclusions: Sendable, Hashable {
        /// Patterns of files, in MSBuild's escaped spelling: `*.log` means the root only, `**\*.log` any folder.
        package var files: [String] = []
        /// Patterns of folders that are left out with everything below.
        package var folders: [String] = []
        /// Extensions with their dot; unless a profile says otherwise those of code generators and their settings.
        package var extensions: [String] = [".tt", ".settings"]
        /// Whether `App_Data` is left out.
        package var appData = false
    }
}

extension PublishProfile {
    /// Applies the exclusions of the profile to the files of a site.
    ///
    /// - Parameter files: The files.
    /// - Returns: The files that stay, in order, and what was left out with the reason.
    package func select(_ files: [Project.File]) -> (files: [Project.File], excluded: [Project.Exclusion]) {
        let fileGlobs = exclusions.files.map { (text: $0, glob: Glob(escaped: $0)) }
        let folderGlobs = exclusions.folders.map { (text: $0, glob: Glob(escaped: $0 + "/**")) }
        let extensions = Set(exclusions.extensions.map { $0.lowercased() })
        let rules = skipRules.filter { !$0.isAboutDeleting }.compactMap { rule in
            SkipRule.Matcher(rule, below: rule.isRooted ? roots : [""]).map { (rule.name, $0) }
        }
        var kept: [Project.File] = []
        var excluded: [Project.Exclusion] = []
        func reason(_ path: SitePath) -> String? {
            let text = path.description
            if exclusions.appData, path.components.count > 1, path.components[0].lowercased() == "app_data" {
                return "App_Data is excluded by profile \(name)"
            }
            if extensions.contains(where: path.name.lowercased().hasSuffix) {
                return "extension excluded by profile \(name)"
            }
            if let pattern = (fileGlobs + folderGlobs).first(where: { $0.glob.matches(text) }) {
                return "excluded by profile \(name): \(MSBuildEscapes.unescaped(pattern.text))"
            }
            let rule = rules.first { $0.1.matches(text, isFolder: false) }
            return rule.map { "skip rule of profile \(name): \($0.0)" }
        }
        for file in files {
            if let reason = reason(file.destination) {
                excluded.append(.init(source: file.destination.description, reason: reason))
            } else {
                kept.append(file)
            }
        }
        return (kept, excluded)
    }
}
