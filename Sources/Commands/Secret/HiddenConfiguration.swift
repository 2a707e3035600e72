import Configuration
import Diagnostics
import Files
import Projects
import Sites
import SystemPackage

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
    /// Where the site answers: as the option says, else as the last publish did.
    let siteURL: SiteURL?

    /// Finds the hidden file.
    ///
    /// - Parameters:
    ///   - options: Which project and profile.
    ///   - siteURL: Where the site answers, where the user says so.
    ///   - context: The world around.
    /// - Throws: A `Failure` when there is none yet.
    init(_ options: ProjectOptions, siteURL: String?, context: Context) async throws {
        let location = try ProjectLocator.locate(
            FilePath(options.project), currentFolder: context.currentFolder)
        let project: FilePath
        switch location {
        case .projectFile(let file): project = file
        case .folder(let folder): project = folder
        }
        path = try await Self.find(location, options, context)
        config = try WebDebugConfig(parsing: FileContents.read(path), file: context.display(path))
        let memory = PublishMemory(of: project, in: try StateFolder(environment: context.environment))
        lastPublish = options.profile.map { memory[$0] } ?? memory.latest
        self.siteURL = (siteURL ?? lastPublish?.siteURL).flatMap(SiteURL.init)
    }

    /// The attach URL.
    func attachURL() throws(Failure) -> AttachURL {
        AttachURL(site: siteURL, secret: try config.secret())
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
        if siteURL == nil {
            found.append(
                .warning(
                    "site-unknown",
                    "nobody has said where the site answers, so that '<site>' stands in the URL",
                    hint: "give '--site-url https://…' once, here or when publishing"))
        }
        return found
    }

    /// Beside the project file first, as nearly always, else in the project's home.
    private static func find(
        _ location: ProjectLocation, _ options: ProjectOptions, _ context: Context
    ) async throws -> FilePath {
        if let path = try WebDebugConfig.find(in: location.folder) { return path }
        if case .projectFile = location {
            let workspace = try Workspace(options, context: context)
            if let path = try WebDebugConfig.find(in: workspace.project.home) { return path }
        }
        throw Failure(
            .badInput, id: "debug-config-missing",
            "there is no '\(WebDebugConfig.fileName)' in '\(context.display(location.folder))'",
            hint: "'ptvsd-publish --configuration Debug' writes it")
    }
}
