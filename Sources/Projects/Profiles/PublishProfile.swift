package import SystemPackage

/// A publish profile of Visual Studio (`.pubxml`), evaluated: where and how a project is published.
///
/// Passwords are not read: those that Visual Studio stores cannot be used elsewhere, others have no place in a file.
package struct PublishProfile: Sendable, Hashable {
    /// Its name: that of its file.
    package var name: String
    /// The absolute path of its file.
    package var file: FilePath
    /// How it publishes; nil when it does not say.
    package var method: Method?
    /// The folder, host or URL it publishes to, as written.
    package var publishURL: String?
    /// The build configuration it was last used with, or names itself.
    package var configuration: String?
    /// The address of the site.
    package var siteURL: String?
    /// Whether files of the target that are not part of the site are deleted.
    package var deletesExistingFiles: Bool
    /// Whether Web Deploy leaves such files alone; nil when the profile does not say.
    package var skipsExtraFilesOnServer: Bool?
    /// Which files of the project are published.
    package var selection: FileSelection
    /// What is left out.
    package var exclusions: Exclusions
    /// Where a package goes: a zip file or a folder.
    package var packageLocation: String?
    /// The site that Web Deploy addresses, such as `Default Web Site/app`.
    package var deployIISAppPath: String?
    /// The service that Web Deploy talks to.
    package var deployServiceURL: String?
    /// Whether FTP uses passive mode, which is the default.
    package var usesPassiveFTP: Bool
    /// The folder below the FTP host.
    package var ftpSitePath: String?
    /// The user to log in as.
    package var userName: String?
    /// Whether `web.<Configuration>.config` is applied.
    package var transformsWebConfig: Bool
    /// Whether `web.<Profile>.config` is applied.
    package var appliesProfileTransform: Bool

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

    /// What a profile leaves out; patterns match the path in the site, letters of either case.
    package struct Exclusions: Sendable, Hashable {
        /// Patterns of files, in MSBuild's escaped spelling: `*.log` means the root only, `**\*.log` any folder.
        package var files: [String]
        /// Patterns of folders that are left out with everything below.
        package var folders: [String]
        /// Extensions with their dot.
        package var extensions: [String]
        /// Whether `App_Data` is left out.
        package var appData: Bool
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
            let pattern = (fileGlobs + folderGlobs).first { $0.glob.matches(text) }
            return pattern.map { "excluded by profile \(name): \(MSBuildEscapes.unescaped($0.text))" }
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
