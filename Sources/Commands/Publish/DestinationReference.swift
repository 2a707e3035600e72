import Addresses
import Azure
import Destinations
import Diagnostics
import Files
import Projects
import Sites
import SystemPackage
import WebConfiguration

/// A destination as a user or a profile names it.
enum DestinationReference: Equatable {
    case folder(FilePath)
    case zip(FilePath)
    case ftp(FTPTarget)
    case azure(AzureSite)

    /// Reads the value of `--to`: a folder, a file that ends in `.zip`, the address of an FTP server, `azure:SITE/SLOT`,
    /// or the https address of an SCM site.
    ///
    /// - Throws: A `Failure` for an address that this version cannot publish to.
    init(_ text: String, context: Context) throws(Failure) {
        guard !text.allSatisfy(\.isWhitespace) else {
            throw Failure(
                .badInput, id: "destination-empty", "the destination is empty",
                hint: "name one, or leave '--to' out; a '.' is the current folder")
        }
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound].lowercased() }
        if let scheme, ["ftp", "ftps", "ftpes"].contains(scheme) {
            self = .ftp(FTPTarget(address: try FTPAddress(text)))
            return
        }
        if text.lowercased().hasPrefix("azure:") {
            guard let site = AzureSite(text.dropFirst(6)) else {
                throw Failure(
                    .badInput, id: "azure-site-name",
                    "'\(text.addressWithoutUserInfo)' does not name a site on Azure",
                    hint: "write 'azure:SITE' or 'azure:SITE/SLOT'")
            }
            self = .azure(site)
            return
        }
        if scheme == "https", let site = AzureSite(scmAddress: text) {
            self = .azure(site)
            return
        }
        guard scheme == nil else {
            throw Failure(
                .badInput, id: "destination-unsupported",
                "'\(text.addressWithoutUserInfo)' is not a folder, a .zip file, an FTP server or a site on Azure",
                hint: "write 'azure:SITE' for Azure, or publish to a .zip and upload it")
        }
        let path = context.absolute(text)
        if let name = path.lastComponent?.string, let stem = Self.stem(ofArchive: name),
            FileKind(of: path) != .folder
        {
            throw Failure(
                .badInput, id: "destination-archive",
                "'\(context.display(path))' is an archive of a kind that is not written",
                hint:
                    "write '--to \(context.display(path.removingLastComponent().appending(stem + ".zip")))'; "
                    + "if you mean a folder of that name, make it first")
        }
        self = path.extension?.lowercased() == "zip" ? .zip(path) : .folder(path)
    }

    /// Reads what a publish profile says; paths in it are relative to the project's folder.
    ///
    /// - Parameters:
    ///   - profile: The profile.
    ///   - folder: The folder of the project.
    /// - Throws: A `Failure` for a method that this version cannot follow, or a profile without a target.
    init?(_ profile: PublishProfile, folder: FilePath) throws(Failure) {
        let place = Diagnostic.Location(file: profile.file.string)
        if let incomplete = profile.incompleteTarget {
            throw Failure(
                .badInput, id: "profile-target-incomplete",
                "'\(incomplete.key)' of the profile '\(profile.name)' needs the property "
                    + "'\(incomplete.property)', which nothing sets",
                at: incomplete.location,
                hint:
                    "set it with '--property \(incomplete.property)=VALUE', or name the destination with '--to'"
            )
        }
        func path(_ text: String?, _ key: String) throws(Failure) -> FilePath {
            guard let text, !text.isEmpty else {
                throw Failure(
                    .badInput, id: "profile-without-target", "the profile '\(profile.name)' has no '\(key)'",
                    at: place,
                    hint: "add it, or name the destination with '--to'")
            }
            // A drive, the root of one, or another machine.
            guard !text.hasPrefix("\\"), !text.dropFirst().hasPrefix(":"), text.firstRange(of: "://") == nil
            else {
                throw Failure(
                    .badInput, id: "profile-target-elsewhere",
                    "the profile '\(profile.name)' publishes to '\(text.addressWithoutUserInfo)', which is no folder of this machine",
                    at: place,
                    hint: "name the destination with '--to'")
            }
            let path = FilePath(text.replacing("\\", with: "/"))
            return (path.isAbsolute ? path : folder.appending(path.components)).lexicallyNormalized()
        }
        switch profile.method {
        case nil: return nil
        case .fileSystem?: self = .folder(try path(profile.publishURL, "publishUrl"))
        case .package?:
            let location = try path(profile.packageLocation, "DesktopBuildPackageLocation")
            self = profile.packageIsSingleFile ? .zip(location) : .folder(location)
        case .ftp?: self = .ftp(try FTPTarget(profile))
        case .webDeploy? where profile.deploymentHost == nil:
            throw Failure(
                .badInput, id: "profile-web-deploy",
                "the profile '\(profile.name)' publishes by Web Deploy, which only runs on Windows",
                at: place,
                hint: "ask the host for FTP, or publish to a folder or .zip with '--to' and copy that")
        case .webDeploy?, .zipDeploy?:
            guard let host = profile.deploymentHost,
                var site = AzureSite(
                    scmAddress: host, siteURL: profile.siteURL,
                    credentials: profile.userName.map {
                        .init(user: $0, password: profile.password?.revealed)
                    })
            else {
                throw Failure(
                    .badInput, id: "profile-without-target",
                    "the profile '\(profile.name)' does not name the host of an SCM site", at: place,
                    hint: "download it again, or name the destination with '--to azure:SITE'")
            }
            site.identity = SiteIdentity(
                resourceID: profile.resourceID, names: [profile.deployIISAppPath, profile.userName])
            self = .azure(site)
        case let method?:
            throw Failure(
                .badInput, id: "profile-method-unsupported",
                "the profile '\(profile.name)' publishes by \(method.title), which this version does not",
                at: place, hint: "name a folder or a .zip with '--to'")
        }
    }

    /// The name without its ending, where that is one of an archive other than a zip.
    private static func stem(ofArchive name: String) -> String? {
        let endings = [
            ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tar", ".tgz", ".tbz2", ".txz", ".tzst",
            ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar",
        ]
        return endings.first(where: name.lowercased().hasSuffix).map { String(name.dropLast($0.count)) }
            .flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Where it is on this machine; nil for a server.
    var path: FilePath? {
        switch self {
        case .folder(let path), .zip(let path): path
        case .ftp, .azure: nil
        }
    }

    /// What `--to` takes to name it again from anywhere; without a password.
    var text: String {
        switch self {
        case .folder(let path), .zip(let path): path.string
        case .ftp(let target): target.address.text
        case .azure(let site): site.description
        }
    }

    /// The destination itself; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - projectFolder: The project's folder, which is never a target.
    ///   - state: Where manifests are kept.
    ///   - connection: How servers are reached.
    ///   - azure: How a site on Azure is found.
    ///   - publishing: What is done there beyond sending files.
    ///   - context: The world around.
    ///   - narrate: Shows lines to the user while something happens.
    ///   - announce: Shows lines that he has to see, however little else he wants to.
    /// - Returns: The destination.
    /// - Throws: A `Failure` when an option or variable cannot be used.
    func open(
        projectFolder: FilePath, state: StateFolder, connection: ConnectionOptions, azure: AzureOptions,
        publishing: AzurePublishOptions? = nil, context: Context,
        narrate: @escaping @Sendable (String) -> Void, announce: @escaping @Sendable (String) -> Void
    ) throws(Failure) -> any PublishDestination {
        switch self {
        case .folder(let path):
            return FolderDestination(
                path, name: context.display(path), project: projectFolder,
                home: context.environment["HOME"].map { FilePath($0) },
                state: state)
        case .zip(let path):
            return ZipDestination(path, name: context.display(path), state: state)
        case .ftp(let target):
            return FTPDestination(
                target.address,
                sources: CredentialSources(
                    environment: context.environment, profileUser: target.user,
                    profilePassword: target.password),
                connection: FTPConnectionOptions(
                    isPassive: target.isPassive, authorities: connection.authorities(context),
                    proxy: try FTPProxy(on: target.address, ProxyVariables(context.environment)),
                    allowsPlain: connection.insecure),
                state: state)
        case .azure(let site):
            let sources = CredentialSources(
                environment: context.environment, profileUser: site.credentials?.user,
                profilePassword: site.credentials?.password.map(Password.init))
            let confirmation = SettingsConfirmation(
                isAgreed: publishing?.yes ?? false, environment: context.environment, announce: announce)
            var deployment = AzureDeployment { try await confirmation.ask($0) }
            deployment.enablesWebSockets = publishing?.enableWebSockets ?? false
            deployment.isFull = publishing?.full ?? false
            return AzureDestination(
                site,
                over: AzureConnection(
                    to: site, access: try azure.access(connection, context),
                    credentials: SCMCredentials(sources, narrate: announce), narrate: narrate),
                deployment: deployment)
        }
    }
}

extension PublishProfile.Method {
    /// The method's name for people.
    fileprivate var title: String {
        switch self {
        case .fileSystem: "file system"
        case .ftp: "FTP"
        case .webDeploy: "Web Deploy"
        case .package: "package"
        case .zipDeploy: "ZipDeploy"
        case .other(let name): "'\(name)'"
        }
    }
}
