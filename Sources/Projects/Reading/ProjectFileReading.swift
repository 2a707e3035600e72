import Diagnostics
import Files
import SystemPackage

/// Turns an evaluated `.pyproj` into a `Project`.
struct ProjectFileReading {
    /// What was noticed.
    private(set) var diagnostics = DiagnosticList()

    let evaluation: ProjectEvaluation
    let options: ProjectReader.Options

    private static let ignoredProperties = [
        "DeployedPythonInterpreterPath", "DeployedSiteRoot", "DeployedVirtualEnvPath",
        "DeployedWFastCgiPath", "WsgiAppSettings", "WsgiLogPath", "StaticUriPattern", "StaticUriRewrite",
        "FastCgiRewriteConditions",
    ]

    /// Evaluates a project file.
    ///
    /// - Parameters:
    ///   - file: The `.pyproj`.
    ///   - options: What the reading depends on.
    /// - Throws: A `Failure` with the place of what cannot be evaluated.
    init(of file: EvaluatedFile, options: ProjectReader.Options) throws(Failure) {
        var properties = options.properties.filter { $0.key.lowercased() != "configuration" }
        properties["Configuration"] = options.configuration
        evaluation = try ProjectEvaluation(
            .init(root: file, globalProperties: properties, environment: options.environment),
            folders: FolderIndex())
        self.options = options
        diagnostics = evaluation.diagnostics
    }

    /// The project.
    ///
    /// - Throws: A `Failure` with all items that are missing, escape or collide.
    mutating func project() throws(Failure) -> Project {
        let home = FilePath(evaluation.itemBase)
        let (files, excluded) = try siteFiles(home)
        let kind = ProjectKind(of: evaluation)
        let startupFile = try startupFile(among: files)
        let known = SiteEntry.Known(
            framework: kind.framework, startupFile: startupFile, isChosen: options.startupFile != nil,
            djangoSettingsModule: evaluation.properties.setting("DjangoSettingsModule"))
        let entry = SiteEntry(in: files, known: known, diagnostics: &diagnostics)
        let module = startupFile.map { StartupModule.name(of: $0, where: isFile) }
        let name = evaluation.properties.setting("Name") ?? WellKnownProperties.stem(evaluation.root.path)
        let declared = declaredHandler(startupModule: module)
        noteWhatIsNotDone(kind)
        var project = Project(
            name: name, file: FilePath(evaluation.root.path), home: home,
            configuration: options.configuration,
            framework: entry.framework)
        project.startupFile = startupFile
        project.startupModule = module
        project.declaredWSGIHandler = declared
        project.wsgiHandler =
            declared ?? kind.handlerOfOldImports(startupModule: module) ?? entry.wsgiHandler
            ?? conventionalHandler(entry, module)
        project.application = entry.application
        project.djangoSettingsModule = djangoSettings(entry, files)
        project.searchPaths = searchPaths(entry)
        project.files = files
        project.excluded = excluded
        project.ignoredProperties = Self.ignoredProperties.compactMap { name in
            guard evaluation.properties.setting(name) != nil,
                let place = evaluation.properties.property(name)?.location
            else { return nil }
            return .init(name: name, location: place)
        }
        return project
    }

    private mutating func siteFiles(_ home: FilePath) throws(Failure) -> ([Project.File], [Project.Exclusion])
    {
        if options.selection == .allInFolder {
            let walk = try FolderWalk(of: home, outputs: options.outputs)
            diagnostics.add(contentsOf: [PlainFolderReading.insistence(walk)].compactMap(\.self))
            return PlainFolderReading.site(of: walk)
        }
        var collection = ItemCollection(evaluation, options)
        collection.collect()
        diagnostics.add(contentsOf: collection.diagnostics.all)
        try diagnostics.failOnErrors()
        if collection.files.isEmpty {
            diagnostics.add(
                .warning(
                    "project-empty", "no item of the project is published", at: evaluation.root.location,
                    hint: "add its files as 'Compile' or 'Content'"))
        }
        return (collection.files, collection.excluded)
    }

    private func isFile(_ path: String) -> Bool {
        evaluation.folders.find(path, from: evaluation.itemBase)
            .map { evaluation.folders.kind(of: $0.path) == .regular } ?? false
    }
}

extension ProjectFileReading {
    /// The startup file that the user or the project names.
    private mutating func startupFile(among files: [Project.File]) throws(Failure) -> SitePath? {
        guard let written = options.startupFile ?? evaluation.properties.setting("StartupFile") else {
            return nil
        }
        let place = evaluation.properties.property("StartupFile")?.location ?? evaluation.root.location
        guard let path = evaluation.sitePath(of: written), isFile(path.description) else {
            guard options.startupFile == nil else { throw .startupFileMissing(written) }
            diagnostics.add(
                .warning(
                    "startup-file-missing", "the startup file '\(written)' does not exist", at: place,
                    hint: "correct 'StartupFile', or choose with '--startup FILE'"))
            return evaluation.sitePath(of: written)
        }
        if !files.contains(where: { $0.destination.description.lowercased() == path.description.lowercased() }
        ) {
            diagnostics.add(
                .warning(
                    "startup-file-not-published", "the startup file '\(written)' is not part of the site",
                    at: options.startupFile == nil ? place : nil, hint: "add it to the project as 'Compile'"))
        }
        return path
    }

    private mutating func declaredHandler(startupModule: String?) -> String? {
        guard let written = evaluation.properties.setting("PythonWsgiHandler") else { return nil }
        guard written.contains("{StartupModule}") else { return written }
        guard let startupModule else {
            diagnostics.add(
                .warning(
                    "startup-file-unset", "'\(written)' needs a startup file and the project names none",
                    at: evaluation.properties.property("PythonWsgiHandler")?.location,
                    hint: "set 'StartupFile', or choose with '--startup FILE'"))
            return nil
        }
        return written.replacing("{StartupModule}", with: startupModule)
    }

    /// What Visual Studio's templates name their application, for sources that do not show it.
    private func conventionalHandler(_ entry: SiteEntry, _ startupModule: String?) -> String? {
        let package = WellKnownProperties.stem(evaluation.root.path)
        switch entry.framework {
        case .bottle: return startupModule.map { "\($0).wsgi_app()" }
        case .flask where isFile("\(package)/__init__.py"): return "\(package).app"
        case .flask: return startupModule.map { "\($0).app" }
        default: return nil
        }
    }

    /// The project's setting, what its sources set, or Python Tools' default.
    private func djangoSettings(_ entry: SiteEntry, _ files: [Project.File]) -> String? {
        guard entry.framework == .django else { return nil }
        return entry.djangoSettingsModule ?? WellKnownProperties.stem(evaluation.root.path) + ".settings"
    }

    private mutating func searchPaths(_ entry: SiteEntry) -> [SitePath] {
        var paths: [SitePath] = []
        for name in ["WorkingDirectory", "SearchPath"] {
            let place = evaluation.properties.property(name)?.location
            for fragment in MSBuildText.fragments(of: evaluation.properties.setting(name) ?? "")
            where !PathText.components(fragment).isEmpty {
                guard let path = evaluation.sitePath(of: fragment) else {
                    if PathText.key(fragment) != PathText.key(evaluation.itemBase) {
                        diagnostics.add(
                            .warning(
                                "search-path-outside", "'\(fragment)' in '\(name)' lies outside the site",
                                at: place,
                                hint: "what the site imports from there must be part of the project"))
                    }
                    continue
                }
                if !paths.contains(path) { paths.append(path) }
            }
        }
        if entry.needsSourceFolder, let source = try? SitePath("src"), !paths.contains(source) {
            paths.append(source)
        }
        return paths
    }

    private mutating func noteWhatIsNotDone(_ kind: ProjectKind) {
        for name in ["PreBuildEvent", "PostBuildEvent"] where evaluation.properties.setting(name) != nil {
            diagnostics.add(
                .note(
                    "build-event-not-executed", "the commands in '\(name)' are not executed",
                    at: evaluation.properties.property(name)?.location, hint: "run them before you publish"))
        }
        if !kind.isWeb {
            diagnostics.add(
                .note(
                    "project-not-web",
                    "the project is not marked as a web project; it is published all the same",
                    at: evaluation.root.location))
        }
    }
}

extension ProjectEvaluation {
    /// The path in the site of what stands at `path`, relative to the project's home; nil when it is outside.
    func sitePath(of path: String) -> SitePath? {
        guard !PathText.hasDrive(path) else { return nil }
        let components = PathText.components(PathText.isAbsolute(path) ? path : "\(itemBase)/\(path)")
        let home = PathText.components(itemBase)
        guard components.starts(with: home) else { return nil }
        return try? SitePath(components.dropFirst(home.count).joined(separator: "/"))
    }
}

extension Failure {
    /// The failure to find the file that the user wants to start.
    static func startupFileMissing(_ file: String) -> Failure {
        Failure(
            .badInput, id: "startup-file-missing", "the startup file '\(file)' does not exist in the project",
            hint: "name it relative to the project's folder")
    }
}
