package import Diagnostics
import Files
import SystemPackage

extension PublishProfile {
    private static let folders = [
        "Properties/PublishProfiles", "__profiles", "App_Data/PublishProfiles", "PublishProfiles",
    ]

    /// Finds and evaluates a profile.
    ///
    /// A `.PublishSettings` file holds several; `FILE#METHOD`, or `FILE#NAME`, chooses one of them.
    ///
    /// - Parameters:
    ///   - argument: Its name, with or without `.pubxml` or `.PublishSettings`, or the path of its file.
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
        let (name, way) = split(argument)
        let file = try find(name, location.folder.string, options, index)
        if file.path.lowercased().hasSuffix(settingsSuffix) {
            let settings = try PublishSettings(reading: file)
            let profile = settings.profile(try settings.way(way))
            note(methodOf: profile, at: file.location, &diagnostics)
            return profile
        }
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
        note(
            methodOf: profile,
            at: evaluation.properties.property("WebPublishMethod")?.location ?? file.location, &diagnostics)
        if profile.password == nil, profile.userName != nil,
            let user = index.find(file.path + ".user", from: "/")
        {
            diagnostics.add(
                .note(
                    "profile-password-encrypted",
                    "the password in '\(PathText.name(user.path))' is encrypted for Visual Studio and cannot be read here",
                    at: .init(file: file.displayName + ".user"),
                    hint: "put it into the variable PTVSD_PUBLISH_PASSWORD, or into ~/.netrc"))
        }
        return profile
    }

    private static func note(
        methodOf profile: PublishProfile, at place: Diagnostic.Location,
        _ diagnostics: inout DiagnosticList
    ) {
        if profile.method == .webDeploy, let host = profile.deploymentHost {
            diagnostics.add(
                .note(
                    "profile-web-deploy-as-zip",
                    "Web Deploy runs on Windows only: ZipDeploy on the same host, '\(host)', is used instead",
                    at: place))
        }
        guard case .other(let name) = profile.method else { return }
        diagnostics.add(
            .warning(
                "profile-method", "the publish method '\(name)' is not known", at: place,
                hint: "name the destination with '--to DEST'"))
    }

    private static let settingsSuffix = ".publishsettings"

    /// Takes `#METHOD` off the name of a `.PublishSettings` file.
    private static func split(_ argument: String) -> (name: String, way: String?) {
        guard let mark = argument.lastIndex(of: "#") else { return (argument, nil) }
        let name = String(argument[..<mark])
        guard name.lowercased().hasSuffix(settingsSuffix) else { return (argument, nil) }
        return (name, String(argument[argument.index(after: mark)...]))
    }

    private static func find(
        _ argument: String, _ folder: String, _ options: ProjectReader.Options, _ index: FolderIndex
    ) throws(Failure) -> EvaluatedFile {
        let suffix = [".pubxml", settingsSuffix].first(where: argument.lowercased().hasSuffix)
        let isPath = argument.utf8.contains(where: PathText.isSeparator)
        if isPath || suffix != nil {
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
            let names = suffix == nil ? [argument + ".pubxml", argument + settingsSuffix] : [argument]
            for path in folders.flatMap({ place in names.map { "\(place)/\($0)" } }) {
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
        let known = names.filter { name in
            [".pubxml", settingsSuffix].contains { name.lowercased().hasSuffix($0) }
        }.map(WellKnownProperties.stem)
        let list = known.map { "'\($0)'" }.joined(separator: ", ")
        return Failure(
            .badInput, id: "profile-missing", "there is no publish profile '\(argument)'",
            hint: known.isEmpty
                ? "profiles stand in '\(folders[0])', or name a .pubxml or .PublishSettings file by its path"
                : "the project has \(list)")
    }
}

extension PublishProfile {
    private init(_ evaluation: ProjectEvaluation, file: EvaluatedFile) {
        self.init(name: WellKnownProperties.stem(file.path), file: FilePath(file.path))
        let properties = evaluation.properties
        func text(_ name: String) -> String? { properties.setting(name) }
        func flag(_ name: String) -> Bool? { text(name).flatMap(Boolean.msbuild) }
        method = Self.method(text("WebPublishMethod") ?? text("PublishProtocol"))
        provider = text("PublishProvider")
        publishURL = text("PublishUrl")
        configuration = text("LastUsedBuildConfiguration") ?? text("Configuration")
        platform = text("LastUsedPlatform") ?? text("Platform")
        siteURL = text("SiteUrlToLaunchAfterPublish") ?? text("DestinationAppUrl")
        deletesExistingFiles = flag("DeleteExistingFiles") ?? false
        skipsExtraFilesOnServer = flag("SkipExtraFilesOnServer")
        selection = text("FilesToIncludeForPublish").flatMap(FileSelection.init(named:)) ?? .neededToRun
        exclusions = Exclusions(evaluation, appData: flag("ExcludeApp_Data") ?? false)
        packageLocation = text("DesktopBuildPackageLocation")
        packageIsSingleFile = flag("PackageAsSingleFile") ?? true
        deployIISAppPath = text("DeployIisAppPath")
        deployServiceURL = text("MSDeployServiceURL")
        usesPassiveFTP = flag("FtpPassiveMode") ?? true
        ftpSitePath = text("FtpSitePath")
        userName = text("UserName")
        password = text("Password").map(Password.init)
        resourceID = text("ResourceId")
        transformsWebConfig = flag("TransformWebConfigEnabled") ?? true
        appliesProfileTransform = flag("ProfileTransformWebConfigEnabled") ?? true
    }

    /// The method that a profile names; nil without a name.
    static func method(_ name: String?) -> Method? {
        switch name?.lowercased() {
        case nil, "": nil
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
        if let written = evaluation.properties.setting("WebPublishExtensionsToExclude") {
            extensions = MSBuildText.fragments(of: written)
        }
        self.appData = appData
    }
}
