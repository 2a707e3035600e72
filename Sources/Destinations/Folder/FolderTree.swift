import Diagnostics
import Files
import Projects
import SystemPackage

/// What stands below a folder of a target, links not followed.
struct FolderTree {
    /// Everything that is not a folder.
    private(set) var files: [SitePath] = []
    /// The folders, parents first.
    private(set) var folders: [SitePath] = []

    /// Lists what stands below `folder` of `root`, or everything.
    ///
    /// - Throws: A `Failure` that names a folder which cannot be read.
    init(below folder: SitePath?, of root: FilePath) throws(Failure) {
        let start = folder.map {
            root.appending($0.components.map { FilePath.Component($0) }.compactMap(\.self))
        }
        try list(start ?? root, folder)
    }

    private mutating func list(_ path: FilePath, _ folder: SitePath?) throws(Failure) {
        for entry in try Folder.entries(in: path) {
            let name = entry.name
            guard let place = try? folder?.appending(name) ?? SitePath(name), place.name == name else {
                continue
            }
            let kind = entry.kind ?? FileKind(of: path.appending(name), followingLinks: false)
            if kind == .folder {
                folders.append(place)
                try list(path.appending(name), place)
            } else {
                files.append(place)
            }
        }
    }
}
