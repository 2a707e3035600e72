import Diagnostics
import Files
import SystemPackage

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

/// A folder that only the user may look into, for as long as some work lasts.
enum PrivateFolder {
    /// Runs `work` with a new folder in `parent`, else among the temporary ones, and removes it afterwards.
    ///
    /// What killed processes left in `parent` is removed, too.
    static func during<Result>(
        in parent: FilePath, _ work: (FilePath) async throws -> Result
    ) async throws -> Result {
        sweep(parent)
        let name = "\(getpid())-\(UInt32.random(in: .min ... .max))"
        let temporary = FilePath(FileManager.default.temporaryDirectory.path)
        var folder = parent.appending(name)
        if (try? Folder.create(parent)) == nil || mkdir(folder.string, 0o700) != 0 {
            folder = temporary.appending("ptvsd-publish-\(name)")
            guard mkdir(folder.string, 0o700) == 0 else {
                throw Failure(
                    .failed, id: "folder-not-created", "the folder '\(folder)' cannot be created",
                    at: .init(file: folder.string), hint: "make '\(temporary)' writable for you")
            }
        }
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        return try await work(folder)
    }

    private static func sweep(_ parent: FilePath) {
        for name in (try? Folder.names(in: parent)) ?? [] {
            guard let process = name.split(separator: "-").first.flatMap({ pid_t($0) }),
                kill(process, 0) != 0,
                errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(atPath: parent.appending(name).string)
        }
    }
}
