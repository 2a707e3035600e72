import Diagnostics
import Files
import SystemPackage

extension PublishProfile {
    private static let folders = [
        "Properties/PublishProfiles", "__profiles", "App_Data/PublishProfiles", "PublishProfiles",
    ]

    /// How the name of a file ends that holds several ways to publish.
    static let settingsSuffix = ".publishsettings"

    /// Takes `#METHOD` off the name of a `.PublishSettings` file.
    static func split(_ argument: String) -> (name: String, way: String?) {
        guard let mark = argument.lastIndex(of: "#") else { return (argument, nil) }
        let name = String(argument[..<mark])
        guard name.lowercased().hasSuffix(settingsSuffix) else { return (argument, nil) }
        return (name, String(argument[argument.index(after: mark)...]))
    }

    /// Finds the file of a profile.
    static func find(
        _ argument: String, _ folder: String, _ options: ProjectReader.Options, _ index: FolderIndex
    ) throws(Failure) -> EvaluatedFile {
        let suffix = [".pubxml", settingsSuffix].first(where: argument.lowercased().hasSuffix)
        let isPath = argument.utf8.contains(where: PathText.isSeparator)
        if isPath || suffix != nil {
            let current = (options.currentFolder ?? ProjectLocator.currentFolder).string
            for base in [current, folder] {
                guard let match = index.find(argument, from: base), index.kind(of: match.path) == .regular
                else {
                    continue
                }
                return EvaluatedFile(path: match.path, displayName: argument)
            }
        }
        if !isPath {
            let names = suffix == nil ? [argument + ".pubxml", argument + settingsSuffix] : [argument]
            for path in folders.flatMap({ place in names.map { "\(place)/\($0)" } }) {
                guard let match = index.find(path, from: folder), index.kind(of: match.path) == .regular
                else {
                    continue
                }
                let shown =
                    match.path.hasPrefix(folder + "/")
                    ? match.path.dropFirst(folder.count + 1) : match.path[...]
                return EvaluatedFile(path: match.path, displayName: String(shown))
            }
        }
        throw missing(argument, folder, index)
    }

    private static func missing(_ argument: String, _ folder: String, _ index: FolderIndex) -> Failure {
        let names = folders.flatMap { place in
            index.find(place, from: folder).flatMap { index.listing(of: $0.path)?.names } ?? []
        }
        let known = names.filter { name in
            [".pubxml", settingsSuffix].contains { name.lowercased().hasSuffix($0) }
        }.map(WellKnownProperties.stem)
        let list = known.map { "'\($0)'" }.joined(separator: ", ")
        return Failure(
            .badInput, id: "profile-missing", "there is no publish profile '\(argument)'",
            hint: known.isEmpty
                ? "profiles stand in '\(folders[0])', or name a .pubxml or .PublishSettings file by its path"
                : "the project has \(list)")
    }
}
