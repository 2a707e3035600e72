import Diagnostics
import SystemPackage

/// Evaluates a publish profile as MSBuild does, which imports it into the project that it belongs to.
struct ProfileEvaluation {
    let file: EvaluatedFile
    let location: ProjectLocation
    let options: ProjectReader.Options
    let folders: FolderIndex

    /// Evaluates the profile.
    ///
    /// - Parameter configuration: The configuration; nil for the one that the profile names, else Release.
    /// - Returns: The evaluation, with the skip rules of the project among its items.
    /// - Throws: A `Failure` when it cannot be evaluated.
    func evaluated(for configuration: String?) throws(Failure) -> ProjectEvaluation {
        // What it names may not stand in a part that counts for one configuration only.
        let named = try? evaluated([:])
        var global: [String: String] = [:]
        global["Configuration"] =
            configuration ?? named?.properties.setting("LastUsedBuildConfiguration")
            ?? named?.properties.setting("Configuration") ?? "Release"
        // Solutions write the platform with a space, projects without.
        global["Platform"] = named?.properties.setting("LastUsedPlatform")?.replacing(" ", with: "")
        return try evaluated(global)
    }

    private func evaluated(_ named: [String: String]) throws(Failure) -> ProjectEvaluation {
        let given = options.properties.filter { $0.key.lowercased() != "configuration" }
        let isGiven = Set(given.keys.map { $0.lowercased() })
        let global = given.merging(named.filter { !isGiven.contains($0.key.lowercased()) }) { own, _ in own }
        let project = EvaluatedFile(path: projectPath, displayName: projectPath)
        var input = ProjectEvaluation.Input(root: file, project: project, itemBase: location.folder.string)
        var properties = PropertyTable(
            environment: options.environment,
            wellKnown: WellKnownProperties.values(
                of: project, environment: options.environment, folders: folders),
            global: global)
        // What is wrong with the project is said when it is read itself.
        if case .projectFile = location,
            let evaluation = try? ProjectEvaluation(
                .init(
                    root: project, onlyDeploymentRules: true, globalProperties: global,
                    environment: options.environment),
                folders: folders)
        {
            properties = evaluation.properties.inherited
            input.items = evaluation.items
        }
        properties.set("PublishProfileName", WellKnownProperties.stem(file.path), at: nil)
        if properties["Platform"].isEmpty { properties.set("Platform", "AnyCPU", at: nil) }
        input.inherited = properties
        return try ProjectEvaluation(input, folders: folders)
    }

    /// The project's file; a folder without one counts as a project that is called like it.
    private var projectPath: String {
        switch location {
        case .projectFile(let path): path.string
        case .folder(let folder):
            folder.appending("\(folder.lastComponent?.string ?? "site").pyproj").string
        }
    }
}
