package import Diagnostics
import Files
package import SystemPackage

/// Where this program remembers things between runs, for one user.
///
/// `$XDG_STATE_HOME/ptvsd-publish`, else `~/.local/state/ptvsd-publish`; on a Mac
/// `~/Library/Application Support/ptvsd-publish`. Nothing in it is needed for a correct publish but the record
/// of what earlier ones left at a destination.
package struct StateFolder: Sendable, Equatable {
    /// The folder; made when something is first kept in it.
    package var path: FilePath

    /// Takes `path`.
    package init(_ path: FilePath) {
        self.path = path
    }

    /// Finds the folder of the user whose environment is given.
    ///
    /// - Throws: A `Failure` when neither `XDG_STATE_HOME` nor `HOME` is set.
    package init(environment: [String: String]) throws(Failure) {
        #if canImport(Darwin)
            let usual = "Library/Application Support"
        #else
            let usual = ".local/state"
        #endif
        path = try Self.find("XDG_STATE_HOME", usual: usual, in: environment)
    }

    /// The user's folder for what can be fetched again: `$XDG_CACHE_HOME/ptvsd-publish`, else
    /// `~/.cache/ptvsd-publish`; on a Mac `~/Library/Caches/ptvsd-publish`.
    ///
    /// - Throws: A `Failure` when neither `XDG_CACHE_HOME` nor `HOME` is set.
    package static func cache(environment: [String: String]) throws(Failure) -> FilePath {
        #if canImport(Darwin)
            let usual = "Library/Caches"
        #else
            let usual = ".cache"
        #endif
        return try find("XDG_CACHE_HOME", usual: usual, in: environment)
    }

    /// Where the manifest of a destination is kept, by its canonical name, such as `folder:/srv/site`.
    package func manifest(of destination: String) -> FilePath {
        file("destinations", destination, "txt")
    }

    /// Where the digests of a project's sources are kept.
    package func digests(of project: FilePath) -> FilePath {
        file("digests", project.string, "txt")
    }

    /// Where it is kept to which places a project was published.
    package func memory(of project: FilePath) -> FilePath {
        file("projects", project.string, "json")
    }

    /// Replaces a file of the state folder, which only its user may read.
    ///
    /// - Throws: A `Failure` that names the file or its folder.
    package func write(_ bytes: [UInt8], to file: FilePath) throws(Failure) {
        try prepare(file)
        try FileReplacement.write(bytes, to: file, mode: .ownerReadWrite)
    }

    /// Makes the folder that `file` stands in.
    ///
    /// - Throws: A `Failure` that names the folder.
    package func prepare(_ file: FilePath) throws(Failure) {
        let folder = file.removingLastComponent()
        guard FileKind(of: folder) != .folder else { return }
        try Folder.create(folder)
    }

    private func file(_ kind: String, _ key: String, _ type: String) -> FilePath {
        let name = ContentDigest(of: Array(key.utf8)).hex.prefix(32)
        return path.appending(kind).appending("\(name).\(type)")
    }

    private static func find(
        _ variable: String, usual: String, in environment: [String: String]
    ) throws(Failure) -> FilePath {
        // The XDG rules say that a relative path there is to be ignored.
        if let given = environment[variable], given.hasPrefix("/") {
            return FilePath(given).appending("ptvsd-publish")
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw Failure(
                .failed, id: "no-home", "neither '\(variable)' nor 'HOME' names a folder",
                hint: "set one of them in the environment")
        }
        return FilePath(home).appending(FilePath(usual).components).appending("ptvsd-publish")
    }
}
