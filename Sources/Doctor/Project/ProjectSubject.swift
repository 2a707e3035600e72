package import Diagnostics
package import Projects
package import Sites
package import SystemPackage
package import WebConfiguration

/// The project that is to be examined: where it is, how it is read, and what is remembered of its publishes.
package struct ProjectSubject: Sendable {
    /// The project, or why it cannot be read.
    package var project: Result<Project, Failure>
    /// What was found while reading it.
    package var readingDiagnostics: [Diagnostic]
    /// The folder that the project stands in.
    package var folder: FilePath
    /// Where the hidden file is; nil when there is none.
    package var hiddenFile: FilePath?
    /// The last publish of all.
    package var lastPublish: PublishMemory.Item?
    /// The last publish that got the endpoint.
    package var lastDebugPublish: PublishMemory.Item?
    /// What a Debug publish would ask for.
    package var request: ConfigurationRequest
    /// The environment variables that start commands see.
    package var environment: [String: String]
    /// How a path is written for the user.
    package var display: @Sendable (FilePath) -> String

    /// Creates a subject.
    package init(
        project: Result<Project, Failure>, readingDiagnostics: [Diagnostic], folder: FilePath,
        hiddenFile: FilePath?, lastPublish: PublishMemory.Item?, lastDebugPublish: PublishMemory.Item?,
        request: ConfigurationRequest, environment: [String: String],
        display: @escaping @Sendable (FilePath) -> String
    ) {
        self.project = project
        self.readingDiagnostics = readingDiagnostics
        self.folder = folder
        self.hiddenFile = hiddenFile
        self.lastPublish = lastPublish
        self.lastDebugPublish = lastDebugPublish
        self.request = request
        self.environment = environment
        self.display = display
    }
}
