import Diagnostics
import Files
import SystemPackage

/// Turns a folder with Python code and without a project file into a `Project`.
struct PlainFolderReading {
    /// What was noticed.
    private(set) var diagnostics = DiagnosticList()

    private let folder: FilePath
    private let shown: FilePath
    private let options: ProjectReader.Options

    /// Prepares the reading.
    ///
    /// - Parameters:
    ///   - folder: The folder. Absolute.
    ///   - shown: The folder as the user named it.
    ///   - options: What the reading depends on.
    init(of folder: FilePath, shown: FilePath, options: ProjectReader.Options) {
        self.folder = folder
        self.shown = shown
        self.options = options
    }

    /// The project.
    ///
    /// - Throws: A `Failure` when the folder cannot be read or has no Python code.
    mutating func project() throws(Failure) -> Project {
        let walk = try FolderWalk(of: folder, outputs: options.outputs)
        let (files, excluded) = Self.site(of: walk)
        diagnostics.add(contentsOf: [Self.insistence(walk)].compactMap(\.self))
        guard files.contains(where: { $0.destination.name.lowercased().hasSuffix(".py") }) else {
            throw noCode(excluded)
        }
        noteProjects(excluded)
        var known = SiteEntry.Known()
        if let startup = options.startupFile {
            known.startupFile = try chosen(startup, among: files)
            known.isChosen = true
        }
        let entry = SiteEntry(in: files, known: known, diagnostics: &diagnostics)
        if entry.application == nil, entry.framework != .django {
            diagnostics.add(
                .warning(
                    "application-not-found", "no web application was found in '\(shown)'",
                    hint: "choose the file that makes it with '--startup FILE'"))
        }
        let names = Set(files.map { $0.destination.description.lowercased() })
        var project = Project(
            name: folder.lastComponent?.string ?? "site", file: nil, home: folder,
            configuration: options.configuration, framework: entry.framework)
        project.startupFile = entry.startupFile
        project.startupModule = entry.startupFile.map { file in
            StartupModule.name(of: file) { names.contains($0.lowercased()) }
        }
        project.wsgiHandler = entry.wsgiHandler
        project.application = entry.application
        project.djangoSettingsModule = entry.djangoSettingsModule
        if entry.needsSourceFolder, let source = try? SitePath("src") { project.searchPaths = [source] }
        project.files = files
        project.excluded = excluded
        return project
    }

    /// The files and exclusions of a walk, as a project has them.
    static func site(of walk: FolderWalk) -> ([Project.File], [Project.Exclusion]) {
        let files = walk.files.compactMap { file in
            (try? SitePath(file.path)).map { Project.File(source: file.source, destination: $0) }
        }
        return (files.sorted { $0.destination < $1.destination }, walk.excluded)
    }

    /// A note on the web.config that is published whatever an ignore file says.
    static func insistence(_ walk: FolderWalk) -> Diagnostic? {
        walk.insistedOn.map {
            .note(
                "web-config-ignored", "'\($0.source)' is \($0.reason); it is part of the site all the same",
                at: .init(file: $0.source), hint: "delete the file if nothing is to come of it")
        }
    }

    private func chosen(_ startup: String, among files: [Project.File]) throws(Failure) -> SitePath {
        let path = FilePath(startup)
        // A path as the shell completes it, from the current folder, is as good as one from the project's.
        let relative =
            startup.hasPrefix("/") && path.starts(with: folder)
            ? FilePath(root: nil, path.components.dropFirst(folder.components.count)).string : startup
        let key = PathText.key(relative)
        guard let file = files.first(where: { $0.destination.description.lowercased() == key }) else {
            throw .startupFileMissing(startup)
        }
        return file.destination
    }

    private func noCode(_ excluded: [Project.Exclusion]) -> Failure {
        let ignored = excluded.first { $0.source.hasSuffix(".py") }
        return Failure(
            .badInput, id: "project-without-python", "'\(shown)' holds no .pyproj and no Python code",
            at: .init(file: shown.string),
            hint: ignored.map { "'\($0.source)' is left out: \($0.reason)" } ?? "name the folder of your site"
        )
    }

    /// A folder above projects is published as one site, which is seldom meant.
    private mutating func noteProjects(_ excluded: [Project.Exclusion]) {
        guard let project = excluded.first(where: { $0.source.lowercased().hasSuffix(".pyproj") }) else {
            return
        }
        diagnostics.add(
            .note(
                "project-below", "'\(project.source)' is a project, but the whole folder is published",
                hint: "name the project to publish only its files"))
    }
}
