import Files
import Projects
import SystemPackage

/// Moves through the folders of a target; sorted paths make each be opened once.
///
/// Every step is taken by name from an open folder and never through a symbolic link, so that no file can come
/// to stand outside the target, whatever somebody puts into it.
final class FolderCursor {
    /// What stands where a folder is looked for.
    enum Place {
        /// The folder.
        case folder(OpenFolder)
        /// Nothing.
        case missing
        /// Something else, at this path.
        case obstacle(String)
    }

    private let root: OpenFolder
    private var names: [String] = []
    private var folders: [OpenFolder] = []

    /// Starts at `root`.
    init(_ root: OpenFolder) {
        self.root = root
    }

    /// Goes to the folder that `path` stands in.
    ///
    /// - Throws: An `Errno` when it may not be entered.
    func enter(folderOf path: SitePath) throws(Errno) -> Place {
        let wanted = path.components.dropLast()
        keep(common(with: wanted))
        for name in wanted[names.count...] {
            do {
                push(try current.folder(name), name)
            } catch .noSuchFileOrDirectory {
                return .missing
            } catch .notDirectory, .tooManySymbolicLinkLevels {
                return .obstacle((names + [name]).joined(separator: "/"))
            }
        }
        return .folder(current)
    }

    /// Goes to the folder that `path` stands in and makes what is missing of it.
    ///
    /// - Throws: An `Errno`.
    func make(folderOf path: SitePath) throws(Errno) -> OpenFolder {
        let wanted = path.components.dropLast()
        keep(common(with: wanted))
        for name in wanted[names.count...] {
            do {
                push(try current.folder(name), name)
            } catch .noSuchFileOrDirectory {
                let parent = current
                try parent.whileWritable { () throws(Errno) in try parent.makeFolder(name) }
                push(try parent.folder(name), name)
            }
        }
        return current
    }

    /// Forgets the folders it has open, since some may have been removed.
    func reset() {
        keep(0)
    }

    private var current: OpenFolder { folders.last ?? root }

    private func push(_ folder: OpenFolder, _ name: String) {
        names.append(name)
        folders.append(folder)
    }

    private func common(with wanted: ArraySlice<String>) -> Int {
        var count = 0
        while count < names.count, count < wanted.count, names[count] == wanted[count] { count += 1 }
        return count
    }

    private func keep(_ count: Int) {
        names.removeLast(names.count - count)
        folders.removeLast(folders.count - count)
    }
}

extension OpenFolder {
    /// Does something that needs a writable folder; one that its owner made read-only is writable for that long.
    ///
    /// - Throws: The `Errno` of `action`.
    func whileWritable<Result>(_ action: () throws(Errno) -> Result) throws(Errno) -> Result {
        do {
            return try action()
        } catch .permissionDenied {
            guard let status = FileStatus(of: descriptor),
                (try? descriptor.setPermissions(status.permissions.union(.ownerReadWriteExecute))) != nil
            else { throw .permissionDenied }
            defer { try? descriptor.setPermissions(status.permissions) }
            return try action()
        }
    }
}
