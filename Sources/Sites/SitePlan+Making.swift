package import Diagnostics
import Files
package import Projects
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SitePlan {
    /// Looks at every source and decides what the site consists of; reads only what `memory` does not know.
    ///
    /// - Parameters:
    ///   - files: The files of the site, those on disk and the generated ones.
    ///   - facts: What the report says beside the files.
    ///   - excluded: What the project left out.
    ///   - isCaseSensitive: Whether the host tells `A` from `a`; false for Windows.
    ///   - destination: The folder or zip that the site goes to; a source in it is an error.
    ///   - salt: Bytes that the build identifier depends on beside the files.
    ///   - memory: Digests of earlier runs; afterwards those of this one.
    ///   - now: The time in nanoseconds since 1970.
    /// - Returns: The plan.
    /// - Throws: A `Failure` with every collision or every unreadable source, or `CancellationError`.
    package static func make(
        files: [SiteFile], facts: PublishFacts, excluded: [Project.Exclusion] = [], isCaseSensitive: Bool,
        destination: FilePath? = nil, salt: [UInt8] = [], memory: inout DigestMemory, now: Int = currentTime()
    ) async throws -> SitePlan {
        if let destination { try refuseSources(in: destination, among: files) }
        let kept = files
        try SiteCollisions(among: kept, isCaseSensitive: isCaseSensitive).fail()
        var entries: [Entry] = []
        entries.reserveCapacity(kept.count)
        var unread: [SiteFile] = []
        for file in kept {
            switch file.content {
            case .bytes(let bytes):
                entries.append(Entry(file, bytes: bytes))
            case .file(let path):
                let text = path.string
                if let status = FileStatus(of: path), status.kind == .regular,
                    let digest = memory.digest(of: text, stamp: status.stamp)
                {
                    entries.append(Entry(file, status: status, digest: digest))
                } else {
                    unread.append(file)
                }
            }
        }
        for (entry, path) in try await digested(unread) {
            entries.append(entry)
            if let stamp = entry.stamp, stamp.isSettled(at: now) {
                memory.record(entry.digest, of: path, stamp: stamp)
            }
        }
        return SitePlan(entries: entries, salt: salt, facts: facts, excluded: excluded, diagnostics: [])
    }

    /// The time now in nanoseconds since 1970.
    package static func currentTime() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }

    /// Publishing into a folder of sources would overwrite or delete them.
    private static func refuseSources(in destination: FilePath, among files: [SiteFile]) throws(Failure) {
        let path = destination.lexicallyNormalized().string
        let inside = files.first { file in
            guard case .file(let source) = file.content else { return false }
            let text = source.string
            return text.hasPrefix(path) && (text == path || text.dropFirst(path.count).first == "/")
        }
        guard let inside else { return }
        throw Failure(
            .badInput, id: "destination-refused",
            "the destination holds a file of the project, '\(inside.name)'",
            at: .init(file: path),
            hint: "publish to a folder of its own; remove what an earlier publish left there")
    }

    /// Digests files on all cores; the order of the result is any.
    private static func digested(_ files: [SiteFile]) async throws -> [(Entry, String)] {
        guard !files.isEmpty else { return [] }
        let workers = min(files.count, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))))
        let results = try await withThrowingTaskGroup(of: [Result<(Entry, String), Failure>].self) { group in
            for worker in 0..<max(workers, 1) {
                group.addTask {
                    try stride(from: worker, to: files.count, by: max(workers, 1)).map { index in
                        try Task.checkCancellation()
                        return Result { () throws(Failure) in try digested(files[index]) }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        var found: [(Entry, String)] = []
        var failures: [Diagnostic] = []
        for result in results {
            switch result {
            case .success(let entry): found.append(entry)
            case .failure(let failure): failures += failure.diagnostics
            }
        }
        guard failures.isEmpty else {
            throw Failure(.badInput, failures.sorted { $0.message < $1.message })
        }
        return found
    }

    private static func digested(_ file: SiteFile) throws(Failure) -> (Entry, String) {
        guard case .file(let path) = file.content else { throw Failure(reading: "", Errno.badFileDescriptor) }
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            defer { try? descriptor.close() }
            guard let before = FileStatus(of: descriptor) else { throw Errno.ioError }
            guard before.kind != .folder else { throw Errno.isDirectory }
            guard before.kind == .regular else { throw Failure(notRegular: path) }
            let digest = try ContentDigest(of: descriptor, size: before.stamp.size)
            guard FileStatus(of: descriptor)?.stamp == before.stamp else { throw Failure(changing: path) }
            return (Entry(file, status: before, digest: digest), path.string)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(reading: path, error)
        }
    }
}

extension SitePlan.Entry {
    /// A file on disk as it was when `status` was taken.
    init(_ file: SiteFile, status: FileStatus, digest: ContentDigest) {
        let isExecutable = status.permissions.contains(.ownerExecute)
        let usual: FilePermissions = isExecutable ? .executable : .readable
        self.init(
            file: file, name: file.path.description, size: status.stamp.size, digest: digest,
            mode: file.mode ?? usual, stamp: status.stamp)
    }
}

extension FilePermissions {
    /// 0644.
    package static let readable: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    /// 0755.
    package static let executable: FilePermissions = [
        .ownerReadWriteExecute, .groupReadExecute, .otherReadExecute,
    ]
}

extension Failure {
    /// The failure to publish a file that somebody writes meanwhile.
    package init(changing path: FilePath) {
        self.init(
            .failed, id: "source-changed", "'\(path)' changed while it was being published",
            at: .init(file: path.string), hint: "publish again once nothing writes to it")
    }

    init(notRegular path: FilePath) {
        self.init(
            .badInput, id: "source-not-a-file",
            "'\(path)' is a device, socket or pipe and cannot be published",
            at: .init(file: path.string), hint: "leave it out of the project")
    }
}
