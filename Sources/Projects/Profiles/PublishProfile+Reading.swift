package import Diagnostics
import Files
import SystemPackage

extension PublishProfile {
    /// Finds and evaluates a profile.
    ///
    /// A `.PublishSettings` file holds several; `FILE#METHOD`, or `FILE#NAME`, chooses one of them.
    ///
    /// - Parameters:
    ///   - argument: Its name, with or without `.pubxml` or `.PublishSettings`, or the path of its file.
    ///   - location: The project that it belongs to.
    ///   - configuration: The configuration that the user names; nil for the one that the profile names, else Release.
    ///   - options: The properties, environment and current folder of the reading.
    ///   - diagnostics: Where warnings and notes go when the reading succeeds.
    /// - Returns: The profile.
    /// - Throws: A `Failure` when there is no such profile or it cannot be evaluated.
    package static func read(
        _ argument: String, of location: ProjectLocation, configuration: String? = nil,
        options: ProjectReader.Options, diagnostics: inout DiagnosticList
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
        let evaluation = try ProfileEvaluation(
            file: file, location: location, options: options, folders: index
        )
        .evaluated(for: configuration)
        var profile = PublishProfile(evaluation, file: file)
        diagnostics.add(contentsOf: evaluation.diagnostics.all)
        profile.readSkipRules(evaluation, &diagnostics)
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
        remotePath = text("RemoteSitePhysicalPath")
        transformsWebConfig = flag("TransformWebConfigEnabled") ?? true
        appliesProfileTransform = flag("ProfileTransformWebConfigEnabled") ?? true
        incompleteTarget =
            targetKeys.lazy.compactMap { key in
                guard let property = properties.property(key), let location = property.location else {
                    return nil
                }
                return property.unknown.map { .init(key: property.name, property: $0, location: location) }
            }.first
    }

    /// The keys that say where its method publishes to.
    private var targetKeys: [String] {
        switch method {
        case .package: ["DesktopBuildPackageLocation"]
        case .ftp: ["PublishUrl", "FtpSitePath"]
        case .webDeploy where deployServiceURL != nil: ["MSDeployServiceURL"]
        default: ["PublishUrl"]
        }
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
