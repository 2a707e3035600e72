import Diagnostics
import Files
import Projects
import SystemPackage

/// Finds a site's configuration files on disk, names compared without regard to case as Windows does.
struct ConfigurationFiles {
    /// The folder that site paths are relative to.
    let home: FilePath

    /// The file called `name` in `folder`; an exact match is preferred.
    func find(_ name: String, in folder: FilePath) throws(Failure) -> FilePath? {
        let names = try Folder.names(in: folder)
        let match = names.first { $0 == name } ?? names.first { $0.lowercased() == name.lowercased() }
        return match.map { folder.appending($0) }
    }

    /// How `path` is called in diagnostics: relative to the home folder where it is below it.
    func name(_ path: FilePath) -> String {
        var relative = path
        return relative.removePrefix(home) ? relative.string : path.string
    }
}
