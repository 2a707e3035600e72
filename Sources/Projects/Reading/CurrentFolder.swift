import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ProjectLocator {
    /// The folder that the process works in.
    static var currentFolder: FilePath {
        FilePath(FileManager.default.currentDirectoryPath)
    }
}
