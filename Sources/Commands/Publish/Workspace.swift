import Configuration
import Diagnostics
import Projects
import Sites
import SystemPackage

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
    ///   - output: The destination inside the project, whose files are not its own.
    init(_ options: ProjectOptions, context: Context) async throws {
        self.context = context
        var diagnostics = DiagnosticList()
        let location = try ProjectLocation(context.absolute(options.project), named: options.project)
        var reading = ProjectOptions.Reading(options, context)
        let profile = try options.profile.map { name in
            try PublishProfile(named: name, of: location, options: reading.options, diagnostics: &diagnostics)
        }
        self.profile = profile
        configuration = options.configuration ?? profile?.configuration ?? "Release"
        reading.options.configuration = configuration
        project = try ProjectReader.read(location, options: reading.options, diagnostics: &diagnostics)
        self.diagnostics = diagnostics
        state = try StateFolder(environment: context.environment)
        memory = PublishMemory(of: project.file ?? project.home, in: state)
    }
}
