package import Diagnostics
package import SystemPackage

/// Reads Python web projects: `.pyproj` files and plain folders.
///
/// Only reads the disk; environment and working folder come in through the options.
package enum ProjectReader {
    /// What a reading depends on beside the project itself.
    package struct Options: Sendable {
        /// The build configuration, such as `Debug`; project files cannot override it.
        package var configuration: String
        /// More properties that project files cannot override, in MSBuild's escaped spelling.
        package var properties: [String: String]
        /// The environment variables, which project files see as properties.
        package var environment: [String: String]
        /// The absolute paths this tool has published to, which are no part of the site.
        package var outputs: [FilePath]
        /// The file to start instead of the one that the project names, relative to the project's home.
        package var startupFile: String?
        /// Which files make up the site.
        package var selection: FileSelection
        /// Whether a `web.config` that the project lists may be missing, because one is about to be made.
        package var mayLackWebConfig = false
        /// What relative paths start from; nil for the process's own folder.
        package var currentFolder: FilePath?

        /// Creates options; everything but the configuration has a default.
        package init(
            configuration: String, properties: [String: String] = [:], environment: [String: String] = [:],
            outputs: [FilePath] = [], startupFile: String? = nil,
            selection: FileSelection = .neededToRun, currentFolder: FilePath? = nil
        ) {
            self.configuration = configuration
            self.properties = properties
            self.environment = environment
            self.outputs = outputs
            self.startupFile = startupFile
            self.selection = selection
            self.currentFolder = currentFolder
        }
    }

    /// Reads the project that `argument` names.
    ///
    /// - Parameters:
    ///   - argument: A `.pyproj`, a folder with exactly one, or any folder with Python code.
    ///   - options: What the reading depends on.
    ///   - diagnostics: Where warnings and notes go when the reading succeeds.
    /// - Returns: The project.
    /// - Throws: A `Failure` with everything that keeps it from being published, warnings and notes included.
    package static func read(
        _ argument: FilePath, options: Options, diagnostics: inout DiagnosticList
    ) throws(Failure) -> Project {
        let location = try ProjectLocator.locate(argument, currentFolder: options.currentFolder)
        switch location {
        case .projectFile(let file):
            let isNamed = argument.extension?.lowercased() == "pyproj"
            let shown = isNamed ? argument : argument.appending(file.lastComponent?.string ?? "")
            var reading = try ProjectFileReading(
                of: EvaluatedFile(path: file.string, displayName: shown.lexicallyNormalized().string),
                options: options)
            let project = try reading.project()
            diagnostics.add(contentsOf: reading.diagnostics.all)
            return project
        case .folder(let folder):
            var reading = PlainFolderReading(of: folder, shown: argument, options: options)
            let project = try reading.project()
            diagnostics.add(contentsOf: reading.diagnostics.all)
            return project
        }
    }
}

/// Which files of a project make up the site: `FilesToIncludeForPublish` of a publish profile.
package enum FileSelection: String, Sendable, CaseIterable {
    /// What the site needs to run: `Compile`, `Content`, and what is marked for publishing.
    case neededToRun = "OnlyFilesToRunTheApp"
    /// Every file of the project, whatever its item type.
    case allInProject = "AllFilesInTheProject"
    /// Every file in the project's folder that no ignore rule excludes.
    case allInFolder = "AllFilesInProjectFolder"

    /// The selection of that name, in either case; nil for any other.
    package init?(named name: String) {
        guard let selection = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() })
        else {
            return nil
        }
        self = selection
    }
}
