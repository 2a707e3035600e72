package import Diagnostics
import Files
import Sites
package import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A published zip that is served: each publish to it is unpacked into a folder of its own.
package struct UnpackedArchive: Sendable {
    /// The archive.
    let path: FilePath
    /// What stood at its path right before it was unpacked last; nil for nothing.
    private(set) var stamp: FileStamp?
    /// The folder that the site is served from.
    package private(set) var root: FilePath

    private let folder: FilePath
    private var count = 0
    private var unpacked: [FilePath] = []

    /// Unpacks an archive.
    ///
    /// - Parameters:
    ///   - path: The archive.
    ///   - folder: An empty folder that lives as long as the site is served.
    /// - Throws: A `Failure` that names the archive when it is damaged.
    package init(_ path: FilePath, below folder: FilePath) throws(Failure) {
        self.path = path
        self.folder = folder
        root = folder
        root = try unpack()
    }

    /// Unpacks it once more, beside what is served.
    ///
    /// - Returns: The folder.
    /// - Throws: A `Failure` that names the archive when it is damaged or gone.
    mutating func unpack() throws(Failure) -> FilePath {
        stamp = FileStatus(of: path)?.stamp
        count += 1
        let target = folder.appending("\(count)")
        unpacked.append(target)
        try Folder.create(target)
        try SiteArchive.unpack(path, to: target)
        return target
    }

    /// Takes note that the site is served from `folder` from now on, and removes what is of no further use.
    ///
    /// The folder before stays: the site's processes run in it until they have been ended.
    mutating func serve(from folder: FilePath) {
        let kept = [root, folder]
        for old in unpacked where !kept.contains(old) {
            try? FileManager.default.removeItem(atPath: old.string)
        }
        (unpacked, root) = (kept, folder)
    }
}
