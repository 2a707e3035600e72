import Diagnostics
import Files
import Sites
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

/// A zip that is made for one upload, which only its owner may read: it holds what the site holds.
struct TemporaryZip: Sendable {
    private static let prefix = "ptvsd-publish-upload-"

    /// Where it stands.
    let path: FilePath
    /// Its size in bytes.
    let size: Int

    /// Packs a site.
    ///
    /// - Throws: A `Failure` for a source or a full disk, or `CancellationError`; there is no file then.
    init(_ plan: SitePlan, observer: @escaping PublishProgress.Observer) async throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path)
        Self.sweep(folder)
        path = folder.appending("\(Self.prefix)\(getpid())-\(UInt64.random(in: .min ... .max)).zip")
        do {
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            defer { try? file.close() }
            try await ZipWriter(plan: plan, workers: Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))))
                .write(to: file, observer: observer)
            size = Int(try file.seek(offset: 0, from: .end))
        } catch {
            unlink(path.string)
            guard let error = error as? Errno else { throw error }
            throw Failure(target: path.lastComponent?.string ?? "", in: folder, error)
        }
    }

    /// Removes the file.
    func remove() {
        unlink(path.string)
    }

    /// Removes what killed runs left.
    private static func sweep(_ folder: FilePath) {
        for name in (try? Folder.names(in: folder)) ?? [] where name.hasPrefix(prefix) {
            let digits = name.dropFirst(prefix.count).prefix(while: \.isWholeNumber)
            guard let process = pid_t(digits), kill(process, 0) != 0, errno == ESRCH else { continue }
            unlink(folder.appending(name).string)
        }
    }
}
