import Projects
import Sites
import SystemPackage

/// How a user, where he stands, attaches to a site that is served here.
enum ServedAttachment: Sendable {
    /// With the secret of a project, under the name that a user gives it; nil for that of the current folder.
    case project(String?)
    /// With that of a project that is not known.
    case unknownProject

    /// Finds it for a published site that was named itself.
    init(toSite path: FilePath, _ context: Context) {
        let location = try? ProjectLocator.locate(FilePath("."), currentFolder: context.currentFolder)
        let state = try? StateFolder(environment: context.environment)
        guard let location, let state,
            PublishMemory(of: location.path, in: state).destinations.contains(path.string)
        else {
            self = .unknownProject
            return
        }
        self = .project(nil)
    }

    /// The command that attaches to `address`.
    func command(for address: String) -> String {
        let command = "ptvsd-publish attach \(address)"
        return switch self {
        case .project(let name): command + (name.map { " --project \($0.shellWord)" } ?? "")
        case .unknownProject: command + "   (in the folder of its project)"
        }
    }
}
