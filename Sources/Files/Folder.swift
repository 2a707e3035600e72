import CFileSystem
package import Diagnostics
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Looking into folders and making them.
package enum Folder {
    /// One name in a folder.
    package struct Entry: Sendable {
        /// The name.
        package var name: String
        /// What stands there, links not followed; nil where the listing does not tell.
        package var kind: FileKind?
    }

    /// The names in the folder at `path`, sorted by their bytes.
    ///
    /// - Throws: A `Failure` that names the folder when it is missing, unreadable or not a folder.
    package static func names(in path: FilePath) throws(Failure) -> [String] {
        try entries(in: path).map(\.name)
    }

    /// The names in the folder at `path` with what stands there, sorted by their bytes.
    ///
    /// - Throws: A `Failure` that names the folder when it is missing, unreadable or not a folder.
    package static func entries(in path: FilePath) throws(Failure) -> [Entry] {
        guard let stream = path.withPlatformString({ opendir($0) }) else {
            guard FileKind(of: path) == .folder else {
                throw Failure(
                    .badInput, id: "folder-not-found", "there is no folder '\(path)'",
                    at: .init(file: path.string))
            }
            throw Failure(
                .badInput, id: "folder-unreadable", "the folder '\(path)' may not be read by you",
                at: .init(file: path.string))
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let entry = readdir(stream) {
            // A name that is no text leads nowhere once it is made one, which only a look there shows.
            if let name = String(validatingCString: entry_name(entry)) {
                guard name != ".", name != ".." else { continue }
                entries.append(Entry(name: name, kind: FileKind(type: entry_type(entry))))
            } else {
                entries.append(Entry(name: String(cString: entry_name(entry)), kind: nil))
            }
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Makes the folder at `path` and every missing one above it.
    ///
    /// - Throws: A `Failure` that names the folder.
    package static func create(_ path: FilePath) throws(Failure) {
        if mkdir(path.string, 0o777) == 0 { return }
        var error = Errno(rawValue: errno)
        if error == .noSuchFileOrDirectory, !path.components.isEmpty {
            let above = path.removingLastComponent()
            if above != path, !above.isEmpty {
                try create(above)
                if mkdir(path.string, 0o777) == 0 { return }
                error = Errno(rawValue: errno)
            }
        }
        guard error != .fileExists || FileKind(of: path) != .folder else { return }
        let hint: String? =
            switch error {
            case .fileExists, .notDirectory: "a file stands in the way: move it, or name another folder"
            case .permissionDenied, .readOnlyFileSystem: "make the folder above it writable for you"
            case .noSpace: "make room on the disk"
            default: nil
            }
        throw Failure(
            .failed, id: "folder-not-created", "the folder '\(path)' cannot be created: \(error)",
            at: .init(file: path.string), hint: hint)
    }
}
