package import Diagnostics
package import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Looking into folders and making them.
package enum Folder {
    /// The names in the folder at `path`, sorted by their bytes.
    ///
    /// - Throws: A `Failure` that names the folder when it is missing, unreadable or not a folder.
    package static func names(in path: FilePath) throws(Failure) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path.string)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            guard FileKind(of: path) == .folder else {
                throw Failure(
                    .badInput, id: "folder-not-found", "there is no folder '\(path)'",
                    at: .init(file: path.string))
            }
            throw Failure(
                .badInput, id: "folder-unreadable", "the folder '\(path)' may not be read by you",
                at: .init(file: path.string))
        }
    }

    /// Makes the folder at `path` and every missing one above it.
    ///
    /// - Throws: A `Failure` that names the folder.
    package static func create(_ path: FilePath) throws(Failure) {
        do {
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
        } catch {
            throw Failure(
                .failed, id: "folder-not-created", "the folder '\(path)' cannot be created",
                at: .init(file: path.string), hint: "a file of that name may stand in the way")
        }
    }
}
