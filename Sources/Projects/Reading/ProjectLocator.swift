package import Diagnostics
import Files
package import SystemPackage

/// What a PROJECT argument names.
package enum ProjectLocation: Sendable, Hashable {
    /// A `.pyproj` file.
    case projectFile(FilePath)
    /// A folder without one.
    case folder(FilePath)

    /// The folder of the project, absolute.
    package var folder: FilePath {
        switch self {
        case .projectFile(let file): file.removingLastComponent()
        case .folder(let folder): folder
        }
    }
}

/// Finds the project that an argument means.
package enum ProjectLocator {
    /// Finds the project that `argument` means: a `.pyproj`, a folder with exactly one, or any other folder.
    ///
    /// - Parameters:
    ///   - argument: What the user named.
    ///   - currentFolder: What a relative argument starts from; nil for the process's own.
    /// - Returns: Its absolute place.
    /// - Throws: A `Failure` when nothing is there, or when it is no Python project, or several.
    package static func locate(
        _ argument: FilePath, currentFolder: FilePath? = nil
    ) throws(Failure) -> ProjectLocation {
        let path = absolute(argument, currentFolder: currentFolder)
        let place = Diagnostic.Location(file: argument.string)
        switch FileKind(of: path) {
        case .folder: return try locate(inFolder: path, argument)
        case nil:
            throw Failure(
                .badInput, id: "project-missing", "there is no project '\(argument)'", at: place,
                hint: "name a .pyproj file or a folder with Python code")
        case .regular where path.extension?.lowercased() == "pyproj": return .projectFile(path)
        default: throw otherFile(argument, extension: path.extension?.lowercased() ?? "")
        }
    }

    /// The argument as an absolute path, `.` and `..` resolved by name.
    static func absolute(_ argument: FilePath, currentFolder: FilePath?) -> FilePath {
        guard argument.isRelative else { return argument.lexicallyNormalized() }
        return (currentFolder ?? Self.currentFolder).pushing(argument).lexicallyNormalized()
    }

    private static func locate(inFolder folder: FilePath, _ argument: FilePath) throws(Failure)
        -> ProjectLocation
    {
        let projects = try Folder.names(in: folder).filter { name in
            name.lowercased().hasSuffix(".pyproj") && FileKind(of: folder.appending(name)) == .regular
        }
        guard projects.count > 1 else {
            return projects.first.map { .projectFile(folder.appending($0)) } ?? .folder(folder)
        }
        let names = projects.map { "'\($0)'" }.joined(separator: ", ")
        throw Failure(
            .badInput, id: "project-ambiguous", "'\(argument)' holds \(projects.count) projects: \(names)",
            at: .init(file: argument.string), hint: "name one of them")
    }

    private static func otherFile(_ argument: FilePath, extension suffix: String) -> Failure {
        let (what, hint) =
            switch suffix {
            case "csproj", "vbproj", "fsproj", "vcxproj", "njsproj", "esproj":
                ("is a project in another language", "name a Visual Studio Python project (.pyproj)")
            case "sln", "slnx": ("is a solution", "name one of its .pyproj files")
            case "py", "pyw": ("is a Python file", "name its folder, and the file with '--startup'")
            case "pubxml": ("is a publish profile", "name it with '--profile'")
            default: ("is not a Python project", "name a .pyproj file or a folder with Python code")
            }
        return Failure(
            .badInput, id: "project-kind", "'\(argument)' \(what)", at: .init(file: argument.string),
            hint: hint)
    }
}
