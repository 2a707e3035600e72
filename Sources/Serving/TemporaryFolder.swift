import Diagnostics
package import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder that only its owner can look into and that is gone afterwards.
package enum TemporaryFolder {
    /// Makes a folder, runs `work` with it, and removes it with all that is in it.
    ///
    /// - Parameter work: What needs the folder.
    /// - Returns: What `work` returns.
    /// - Throws: A `Failure` when it cannot be made, and what `work` throws.
    package static func during<Result>(_ work: (FilePath) async throws -> Result) async throws -> Result {
        let path = FilePath(FileManager.default.temporaryDirectory.path)
            .appending("ptvsd-publish-\(getpid())-\(UInt32.random(in: .min ... .max))")
        guard mkdir(path.string, 0o700) == 0 else {
            throw Failure(
                .failed, id: "folder-not-created", "the temporary folder '\(path)' cannot be created",
                hint: "set TMPDIR to a folder that you may write to")
        }
        defer { try? FileManager.default.removeItem(atPath: path.string) }
        return try await work(path)
    }
}
