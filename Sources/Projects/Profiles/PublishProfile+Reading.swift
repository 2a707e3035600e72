package import Diagnostics
import Files
import SystemPackage

extension PublishProfile {
    private static let folders = [
        "Properties/PublishProfiles", "__profiles", "App_Data/PublishProfiles", "PublishProfiles",
    ]

    /// Finds and evaluates a profile.
    ///
    /// - Parameters:
    ///   - argument: Its name, with or without `.pubxml`, or the path of its file.
    ///   - location: The project that it belongs to.
    ///   - options: The properties, environment and current folder of the reading; the configuration does not matter.
    ///   - diagnostics: Where warnings and notes go when the reading succeeds.
    /// - Returns: The profile.
    /// - Throws: A `Failure` when there is no such profile or it cannot be evaluated.
    package static func read(
        _ argument: String, of location: ProjectLocation, options: ProjectReader.Options,
        diagnostics: inout DiagnosticList
    ) throws(Failure) -> PublishProfile {
        let index = FolderIndex()
        let file = try find(argument, location.folder.string, options, index)
        var project: EvaluatedFile?
        if case .projectFile(let path) = location {
            project = EvaluatedFile(path: path.string, displayName: path.string)
        }
        let evaluation = try ProjectEvaluation(
            .init(
                root: file, project: project, itemBase: location.folder.string,
                globalProperties: options.properties, environment: options.environment),
            folders: index)
        let profile = PublishProfile(evaluation, file: file)
        diagnostics.add(contentsOf: evaluation.diagnostics.all)
        if let rule = evaluation.items.items(of: "MsDeploySkipRules").first {
            diagnostics.add(
                .note(
                    "profile-skip-rules", "the skip rules of Web Deploy are not applied", at: rule.location,
                    hint: "use 'ExcludeFilesFromDeployment' and 'ExcludeFoldersFromDeployment'"))
        }
        if case .other(let name) = profile.method {
            diagnostics.add(
                .warning(
                    "profile-method", "the publish method '\(name)' is not known",
                    at: evaluation.properties.property("WebPublishMethod")?.location ?? file.location,
                    hint: "name the destination with '--to DEST'"))
        }
        return profile
    }

    private static func find(
        _ argument: String, _ folder: String, _ options: ProjectReader.Options, _ index: FolderIndex
    ) throws(Failure) -> EvaluatedFile {
        let fileName = argument.lowercased().hasSuffix(".pubxml") ? argument : argument + ".pubxml"
        let isPath = argument.utf8.contains(where: PathText.isSeparator)
        if isPath || fileName == argument {
            let current = (options.currentFolder ?? ProjectLocator.currentFolder).string
            for base in [current, folder] {
                guard let match = index.find(argument, from: base), index.kind(of: match.path) == .regular
                else {
                    continue
                }
                return EvaluatedFile(path: match.path, displayName: argument)
            }
        }
        if !isPath {
            for place in folders {
                let path = "\(place)/\(fileName)"
                guard let match = index.find(path, from: folder), index.kind(of: match.path) == .regular
                else {
                    continue
                }
                let shown =
                    match.path.hasPrefix(folder + "/")
                    ? match.path.dropFirst(folder.count + 1) : match.path[...]
                return EvaluatedFile(path: match.path, displayName: String(shown))
            }
        }
        throw missing(argument, folder, index)
    }

    private static func missing(_ argument: String, _ folder: String, _ index: FolderIndex) -> Failure {
        let names = folders.flatMap { place in
            index.find(place, from: folder).flatMap { index.listing(of: $0.path)?.names } ?? []
        }
        let known = names.filter { $0.lowercased().hasSuffix(".pubxml") }.map(WellKnownProperties.stem)
        let list = known.map { "'\($0)'" }.joined(separator: ", ")
        return Failure(
            .badInput, id: "profile-missing", "there is no publish profile '\(argument)'",
            hint: known.isEmpty
                ? "profiles stand in '\(folders[0])', or name a .pubxml file by its path"
                : "the project has \(list)")
    }
}

extension PublishProfile {
    private init(_ evaluation: ProjectEvaluation, file: EvaluatedFile) {
        let properties = evaluation.properties
        func flag(_ name: String) -> Bool? { properties.setting(name).flatMap(Boolean.msbuild) }
        name = WellKnownProperties.stem(file.path)
        self.file = FilePath(file.path)
        method = Self.method(properties.setting("WebPublishMethod") ?? properties.setting("PublishProtocol"))
        publishURL = properties.setting("PublishUrl")
        configuration =
            properties.setting("LastUsedBuildConfiguration") ?? properties.setting("Configuration")
        siteURL = properties.setting("SiteUrlToLaunchAfterPublish") ?? properties.setting("DestinationAppUrl")
        deletesExistingFiles = flag("DeleteExistingFiles") ?? false
        skipsExtraFilesOnServer = flag("SkipExtraFilesOnServer")
        selection =
            properties.setting("FilesToIncludeForPublish").flatMap(FileSelection.init(named:)) ?? .neededToRun
        exclusions = Exclusions(evaluation, appData: flag("ExcludeApp_Data") ?? false)
        packageLocation = properties.setting("DesktopBuildPackageLocation")
        deployIISAppPath = properties.setting("DeployIisAppPath")
        deployServiceURL = properties.setting("MSDeployServiceURL")
        usesPassiveFTP = flag("FtpPassiveMode") ?? true
        ftpSitePath = properties.setting("FtpSitePath")
        userName = properties.setting("UserName")
        transformsWebConfig = flag("TransformWebConfigEnabled") ?? true
        appliesProfileTransform = flag("ProfileTransformWebConfigEnabled") ?? true
    }

    private static func method(_ name: String?) -> Method? {
        switch name?.lowercased() {
        case nil: nil
        case "filesystem": .fileSystem
        case "ftp": .ftp
        case "msdeploy": .webDeploy
        case "package": .package
        case "zipdeploy", "kudu": .zipDeploy
        default: name.map(Method.other)
        }
    }
}

extension PublishProfile.Exclusions {
    fileprivate init(_ evaluation: ProjectEvaluation, appData: Bool) {
        func list(_ property: String, _ item: String) -> [String] {
            let written = evaluation.properties.escapedSetting(property)
            let items = evaluation.items.items(of: item).map { MSBuildEscapes.escaped($0.include) }
            return MSBuildText.fragments(of: written ?? "") + items
        }
        files = list("ExcludeFilesFromDeployment", "ExcludeFromPackageFiles")
        folders = list("ExcludeFoldersFromDeployment", "ExcludeFromPackageFolders")
        // What Visual Studio drops unless a profile says otherwise: code generator templates and their settings.
        let written = evaluation.properties.setting("WebPublishExtensionsToExclude") ?? ".tt;.settings"
        extensions = MSBuildText.fragments(of: written)
        self.appData = appData
    }
}
