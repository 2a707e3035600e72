import Diagnostics
import Files
import Projects
import Sites
import Synchronization
import SystemPackage

extension FTPUpdate {
    /// Sends what is not there yet into the folder where it waits, and makes the folders that it is renamed into.
    ///
    /// - Throws: A `Failure` or `CancellationError`; the site is then as it was.
    mutating func send(_ sent: [FTPComparison.Item]) async throws {
        let waiting = folder.listing(FTPFolder.staging)?.entries ?? [:]
        let work = sent.filter { waiting[$0.staged]?.size != $0.entry.size }
        let folders = folderOperations(for: sent)
        guard !sent.isEmpty else { return try await session.performAll(folders) }
        let uploads = try work.map(upload)
        let done = progress(of: work, among: sent)
        if session.lanes(for: uploads.count) > 1 {
            try await session.performAll(folders)
            let outcomes = try await session.performSideBySide(uploads, resumes: Self.resumes, done: done)
            try session.check(outcomes, of: uploads)
            try await folder.look(into: [FTPFolder.staging], over: &session, again: true)
        } else {
            // Each login takes as long as several files: all of it is done with one.
            let listing = try folder.operations(listing: [FTPFolder.staging], in: session.workFolder)
            let all = folders + uploads + listing
            let isUpload = uploads.indices
            let outcomes = try await session.perform(
                all, resumes: Self.resumes,
                done: { [count = folders.count] in if isUpload.contains($0 - count) { done($0 - count) } })
            try session.check(outcomes, of: all)
            try folder.learn(
                [FTPFolder.staging], from: outcomes.suffix(1), of: listing, as: session.configuration.listing)
        }
        try await sendAgain(sent)
    }

    /// Sends again what a connection that was cut left behind, so that it does not pass for the whole.
    private mutating func sendAgain(_ sent: [FTPComparison.Item]) async throws {
        let arrived = folder.listing(FTPFolder.staging)?.entries ?? [:]
        let odd = sent.filter { item in arrived[item.staged].map { $0.size != item.entry.size } ?? true }
        guard !odd.isEmpty else { return }
        try await session.performAll(odd.map { removal(ofStaged: $0) })
        let uploads = try odd.map(upload)
        let outcomes = try await session.performSideBySide(uploads, resumes: Self.resumes)
        try session.check(outcomes, of: uploads)
    }

    /// What makes folders, and removes what waits there for another site than this one.
    private func folderOperations(for sent: [FTPComparison.Item]) -> [CurlOperation] {
        var commands: [String] = []
        if !folder.exists { commands += folder.parents.map { "*MKD \($0)" } }
        let known = Set((folder.listing(FTPFolder.staging)?.entries ?? [:]).keys)
        if folder.listing(FTPFolder.staging) == nil, !sent.isEmpty {
            commands.append("*MKD \(folder.path(FTPFolder.staging))")
        }
        for name in known.subtracting(sent.map(\.staged)).sorted() {
            commands.append("*DELE \(folder.path("\(FTPFolder.staging)/\(name)"))")
        }
        let folders = Set(sent.flatMap { FTPComparer.folders(of: $0.entry.file.path) })
        let missing = folders.filter { folder.listing($0) == nil }.compactMap { try? SitePath($0) }
        commands += missing.sorted { ($0.components.count, $0) < ($1.components.count, $1) }.map {
            "*MKD \(folder.path($0.description))"
        }
        // A command that may fail tells nothing; what could not be made is found out by what goes into it.
        return stride(from: 0, to: commands.count, by: 50).map { start in
            CurlOperation(
                transfer: .nothing, path: "",
                commands: Array(commands[start..<min(start + 50, commands.count)]),
                name: "folders")
        }
    }

    /// Tells the observer of each of the files of `work` that was sent.
    private func progress(
        of work: [FTPComparison.Item], among sent: [FTPComparison.Item]
    ) -> @Sendable (Int) -> Void {
        let sizes = work.map(\.entry.size)
        let bytes = sent.reduce(0) { $0 + $1.entry.size }
        let counter = ProgressCounter(
            PublishProgress(
                files: sent.count - work.count, totalFiles: sent.count, bytes: bytes - sizes.reduce(0, +),
                totalBytes: bytes), observer)
        return { counter.add(bytes: sizes[$0]) }
    }

    private func upload(_ item: FTPComparison.Item) throws -> CurlOperation {
        CurlOperation(
            transfer: .upload(try source(of: item), resumes: false), path: stagedPath(item),
            name: item.entry.name)
    }

    /// What removes a file that waits.
    func removal(ofStaged item: FTPComparison.Item) -> CurlOperation {
        CurlOperation(
            transfer: .nothing, path: "", commands: ["*DELE \(stagedPath(item))"], name: item.entry.name)
    }

    /// Where a file waits on the server.
    func stagedPath(_ item: FTPComparison.Item) -> String {
        folder.path("\(FTPFolder.staging)/\(item.staged)")
    }

    /// Going on where a small file was cut saves nothing.
    private static func resumes(_ operation: CurlOperation) -> Bool {
        guard case .upload(let file, _) = operation.transfer else { return false }
        return (FileStatus(of: file)?.stamp.size ?? 0) > 256 << 10
    }

    /// The local file that is sent: the source, or a copy of what was generated, readable by the user only.
    private func source(of item: FTPComparison.Item) throws -> FilePath {
        switch item.entry.file.content {
        case .file(let path):
            try checkSource(item.entry)
            return path
        case .bytes(let bytes):
            let copy = session.workFolder.appending(item.staged)
            let file = try FileDescriptor.open(
                copy, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
            try file.closeAfter { _ = try file.writeAll(bytes) }
            return copy
        }
    }

    /// Sees to it that a source is as it was when the site was planned.
    ///
    /// - Throws: A `Failure` otherwise.
    func checkSource(_ entry: SitePlan.Entry) throws {
        guard case .file(let path) = entry.file.content, let stamp = entry.stamp else { return }
        guard FileStatus(of: path)?.stamp == stamp else { throw Failure(changing: path) }
    }
}

/// How many files and bytes have been sent, as several connections count them.
private final class ProgressCounter: Sendable {
    private let progress: Mutex<PublishProgress>
    private let observer: PublishProgress.Observer

    init(_ progress: PublishProgress, _ observer: @escaping PublishProgress.Observer) {
        self.progress = Mutex(progress)
        self.observer = observer
        observer(progress)
    }

    func add(bytes: Int) {
        progress.withLock {
            $0.files += 1
            $0.bytes += bytes
            observer($0)
        }
    }
}
