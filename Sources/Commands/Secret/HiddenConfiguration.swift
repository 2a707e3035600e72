import Diagnostics
import Files
import Projects
import Sites
import SystemPackage
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The hidden file of a project and what is remembered of its publishes, found without reading the whole project.
struct HiddenConfiguration {
    /// The file.
    let path: FilePath
    /// What it says.
    let config: WebDebugConfig
    /// The last publish, with the profile if one is named.
    let lastPublish: PublishMemory.Item?
    /// Where it is remembered what was published where.
    let state: StateFolder
    let memory: PublishMemory
    /// The folder of the project.
    let projectFolder: FilePath
    /// Where the site answers: as the option says, else as the last publish did.
    let siteURL: SiteURL?

    /// Finds the hidden file.
    ///
    /// - Parameters:
    ///   - options: Which project and profile.
    ///   - siteURL: Where the site answers, where the user says so.
    ///   - context: The world around.
    /// - Throws: A `Failure` when there is none yet.
    init(_ options: ProjectOptions, siteURL: String?, context: Context) throws {
        let location = try ProjectLocator.locate(
            FilePath(options.project), currentFolder: context.currentFolder)
        state = try StateFolder(environment: context.environment)
        memory = PublishMemory(of: location.path, in: state)
        lastPublish = if let profile = options.profileName { memory[profile] } else { memory.latest }
        guard let path = try Self.find(location, options, memory, context) else {
            throw Failure(
                .badInput, id: "debug-config-missing",
                "there is no '\(WebDebugConfig.fileName)' in '\(context.display(location.folder))'",
                hint: "'ptvsd-publish --configuration Debug' writes it")
        }
        self.path = path
        config = try Self.read(path, context)
        projectFolder = location.folder
        self.siteURL = (siteURL ?? lastPublish?.siteURL).flatMap(SiteURL.init)
    }

    /// The attach URL.
    func attachURL() throws(Failure) -> AttachURL {
        AttachURL(site: siteURL, secret: try config.secret())
    }

    /// The secret, to be sent to a site that somebody has named.
    ///
    /// - Throws: A `Failure` when sites of the project are known and it is another, or the file holds no secret.
    func secret(for site: SiteURL) throws(Failure) -> Secret {
        let known = siteURL.map { [$0] } ?? memory.sites
        if !known.isEmpty, !isOwn(site) {
            let names = known.map { "'\($0)'" }.joined(separator: " and ")
            throw Failure(
                .notAuthorised, id: "attach-secret-of-other-site",
                "the secret of the project is for \(names), and is not sent to '\(site)'",
                hint: "if the project's site answers there as well, say so with '--site-url \(site)'; "
                    + "'--secret-file FILE' gives another secret")
        }
        return try config.secret()
    }

    /// When the secret was made and for which destination, as people say it; nil where nothing tells.
    func secretOrigin(_ context: Context) -> String? {
        guard let origin = memory.secretOrigin, case .at(let time)? = Expiry(origin.time) else { return nil }
        let made = "made on \(LocalTime.text(time))"
        guard let destination = origin.destination else { return "\(made) and sent nowhere" }
        let place = destination.hasPrefix("/") ? context.display(FilePath(destination)) : destination
        return "\(made) for '\(place)'"
    }

    /// Whether a site is one that the project was published to, or is served here by this program.
    private func isOwn(_ site: SiteURL) -> Bool {
        let known = memory.sites + [siteURL].compactMap(\.self)
        if known.contains(where: { $0.host == site.host || $0.isLoopback && site.isLoopback }) { return true }
        let served = site.isLoopback ? ServingMark.site(at: site.port ?? 80, in: state) : nil
        return served.map { memory.destinations.contains($0.string) } == true
    }

    /// Where `serve` runs what was published at this moment; nil where it does not.
    var servedHere: SiteURL? {
        ServingMark.port(of: memory.destinations, in: state).flatMap { SiteURL("http://127.0.0.1:\($0)") }
    }

    /// What stands in the way of attaching with it.
    func findings(at time: Date) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if let expiry = config.expiry, expiry.hasPassed(at: time) {
            found.append(
                .warning(
                    "secret-expired", "the secret expired at \(expiry.text)", at: .init(file: config.file),
                    hint: "'ptvsd-publish rotate' makes a new one"))
        }
        if let lastPublish, !lastPublish.isDebugging {
            found.append(
                .warning(
                    "site-without-endpoint",
                    "the site was last published without a debug endpoint, as \(lastPublish.configuration)",
                    hint: "publish in Debug to attach to it"))
        }
        if siteURL == nil {
            found.append(
                .warning(
                    "site-unknown",
                    "nobody has said where the site answers, so that '<site>' stands in the URL",
                    hint: "give '--site-url https://…' here, or when publishing, which remembers it"))
        }
        return found
    }

    /// Where the last Debug publish wrote it, else in the project's home, which is nearly always the project's folder.
    ///
    /// - Parameters:
    ///   - location: The project.
    ///   - options: How it is read, where its home has to be known.
    ///   - memory: What is remembered of its publishes.
    ///   - context: The world around.
    /// - Returns: The file; nil when there is none.
    /// - Throws: A `Failure` when the project cannot be read.
    static func find(
        _ location: ProjectLocation, _ options: ProjectOptions, _ memory: PublishMemory, _ context: Context
    ) throws -> FilePath? {
        if let path = try find(in: location.folder, profile: options.profileName, memory) { return path }
        if case .projectFile = location {
            let workspace = try Workspace(options, context: context, mayLackWebConfig: true)
            if let path = try WebDebugConfig.find(in: workspace.project.home) { return path }
        }
        return nil
    }

    /// The secret of the last publish, to be sent to where the next one goes.
    ///
    /// - Parameters:
    ///   - site: Where the site answers.
    ///   - workspace: The project.
    /// - Returns: Nil when there is none, or the project was never published to that site.
    static func lastSecret(for site: SiteURL, of workspace: Workspace) -> Secret? {
        guard workspace.memory.sites.contains(where: { ($0.host, $0.port) == (site.host, site.port) }),
            let path = try? find(
                in: workspace.project.home, profile: workspace.profile?.name, workspace.memory)
        else { return nil }
        return try? read(path, workspace.context).secret()
    }

    /// Where the last Debug publish wrote it, else in a folder.
    private static func find(
        in folder: FilePath, profile: String?, _ memory: PublishMemory
    ) throws(Failure) -> FilePath? {
        if let path = memory.latestDebugging(profile: profile)?.hiddenFile.map({ FilePath($0) }),
            FileKind(of: path) == .regular
        {
            return path
        }
        return try WebDebugConfig.find(in: folder)
    }

    private static func read(_ path: FilePath, _ context: Context) throws(Failure) -> WebDebugConfig {
        try WebDebugConfig(parsing: FileContents.read(path), file: context.display(path))
    }
}

extension PublishMemory {
    /// The project's sites, as far as it is known where they answer.
    fileprivate var sites: [SiteURL] { siteURLs.sorted().compactMap(SiteURL.init) }
}
