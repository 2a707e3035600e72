import Destinations
import Diagnostics
import Files
import Projects
import Sites
import SystemPackage
import WebConfiguration

/// A project as the options name it, and what is remembered of it.
struct Workspace {
    let context: Context
    /// The publish profile, if one is used.
    let profile: PublishProfile?
    /// The build configuration: the option's, else the profile's, else Release.
    let configuration: String
    let project: Project
    /// What was found while reading; none of it an error.
    let diagnostics: DiagnosticList
    let state: StateFolder
    /// Where the project was published before.
    let memory: PublishMemory

    /// Reads the project.
    ///
    /// - Parameters:
    ///   - options: Which project, configuration and profile.
    ///   - context: The world around.
    ///   - mayLackWebConfig: Whether a web.config that the project lists may be missing, because one will be made.
    /// - Throws: A `Failure` with everything that is wrong with the project.
    init(_ options: ProjectOptions, context: Context, mayLackWebConfig: Bool = false) throws {
        self.context = context
        var diagnostics = DiagnosticList()
        let argument = FilePath(options.project)
        let location = try ProjectLocator.locate(argument, currentFolder: context.currentFolder)
        var reading = ProjectReader.Options(
            configuration: options.configuration ?? "Release", properties: options.properties,
            environment: context.environment, startupFile: options.startup,
            currentFolder: context.currentFolder)
        let profile = try options.profile.map { name throws(Failure) in
            try PublishProfile.read(
                name, of: location, configuration: options.configuration, options: reading,
                diagnostics: &diagnostics)
        }
        self.profile = profile
        configuration = options.configuration ?? profile?.configuration ?? "Release"
        reading.configuration = configuration
        reading.mayLackWebConfig = mayLackWebConfig
        let state = try StateFolder(environment: context.environment)
        let memory = PublishMemory(of: location.path, in: state)
        // A place where nothing of a publish is left may hold sources by now.
        reading.outputs = memory.destinations.map { FilePath($0) }
            .filter { FileKind(of: $0) != .folder || FolderDestination.holdsPublishedSite($0, state: state) }
        reading.selection = profile?.selection ?? .neededToRun
        var project = try ProjectReader.read(argument, options: reading, diagnostics: &diagnostics)
        if let profile {
            let (kept, excluded) = profile.select(project.files)
            project.files = kept
            project.excluded += excluded
        }
        self.project = project
        self.diagnostics = diagnostics
        self.state = state
        self.memory = memory
    }

    /// The folder of the project file, or the project's own.
    var projectFolder: FilePath { project.file?.removingLastComponent() ?? project.home }

    /// Where a project is published to when nobody says.
    var defaultDestination: FilePath { project.home.appending("bin").appending("publish") }
}

extension ProjectLocation {
    /// What a project is remembered by: its file, or its folder.
    var path: FilePath {
        switch self {
        case .projectFile(let file): file
        case .folder(let folder): folder
        }
    }
}

extension ProjectOptions {
    /// Where the profile that is named publishes to, and as whom; nil without one.
    ///
    /// - Throws: A `Failure` when there is no such profile.
    func profileDestination(_ context: Context) throws -> DestinationReference? {
        guard let profile else { return nil }
        let location = try ProjectLocator.locate(FilePath(project), currentFolder: context.currentFolder)
        let reading = ProjectReader.Options(
            configuration: configuration ?? "Debug", properties: properties, environment: context.environment,
            currentFolder: context.currentFolder)
        var diagnostics = DiagnosticList()
        return try DestinationReference(
            PublishProfile.read(
                profile, of: location, configuration: configuration, options: reading,
                diagnostics: &diagnostics),
            folder: location.folder)
    }

    /// The name of the profile, also where a file is named.
    var profileName: String? {
        guard let profile else { return nil }
        // FILE#METHOD chooses one of the ways in a file.
        let file =
            profile.lowercased().contains(".publishsettings#") ? profile.prefix { $0 != "#" } : profile[...]
        let name = FilePath(String(file)).lastComponent?.string ?? profile
        let suffix = [".pubxml", ".publishsettings"].first(where: name.lowercased().hasSuffix) ?? ""
        return String(name.dropLast(suffix.count))
    }
}
