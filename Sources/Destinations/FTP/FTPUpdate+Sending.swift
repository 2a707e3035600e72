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
        var uploads = try work.map(upload)
        let told = progress(of: work, among: sent)
        var left = Array(work.indices)
        if let arrived = try await sendSideBySide(&uploads, &left, folders, told: told) {
            return try await sendAgain(
                work.indices.filter { arrived[$0] != work[$0].entry.size }.map { work[$0] })
        }
        // Each login takes as long as several files: all of it is done with one.
        let listing = try folder.operations(listing: [FTPFolder.staging], in: session.workFolder)
        let all = folders + left.map { uploads[$0] } + listing
        let outcomes = try await session.perform(
            all, resumes: Self.resumes,
            told: { [left, start = folders.count] index, event in
                if left.indices.contains(index - start) { told(left[index - start], event) }
            })
        try session.check(outcomes, of: all)
        try folder.learn(
            [FTPFolder.staging], from: outcomes.suffix(1), of: listing, as: session.configuration.listing)
        let arrived = folder.listing(FTPFolder.staging)?.entries ?? [:]
        try await sendAgain(
            sent.filter { item in arrived[item.staged].map { $0.size != item.entry.size } ?? true })
    }

    /// Sends many files over several connections, each of which then lists what has arrived.
    ///
    /// - Parameters:
    ///   - uploads: The files; afterwards with those that were cut going on from there.
    ///   - left: Afterwards the places of those that were not sent.
    ///   - folders: What makes the folders.
    ///   - told: Is told of each file.
    /// - Returns: The size with which each file has arrived; nil if anything remains to be done.
    /// - Throws: A `Failure` or `CancellationError`.
    private func sendSideBySide(
        _ uploads: inout [CurlOperation], _ left: inout [Int], _ folders: [CurlOperation],
        told: @escaping @Sendable (Int, CurlOperation.Event) -> Void
    ) async throws -> [Int: Int]? {
        let lanes = session.lanes(for: uploads.count)
        guard lanes > 1 else { return nil }
        // Whichever comes first makes the folder that all of them need.
        let making = stagingOperations
        let rows = FTPSession.rows(of: uploads.count, over: lanes)
        let listings = try (0..<lanes).flatMap {
            try folder.operations(listing: [FTPFolder.staging], in: session.workFolder, tag: "\($0)")
        }
        let operations = rows.enumerated().map { number, row in
            (number == 0 ? folders : making) + row.map { uploads[$0] } + [listings[number]]
        }
        let starts = (0..<lanes).map { $0 == 0 ? folders.count : making.count }
        let ended = try await session.performRows(operations) { row, place, event in
            if rows[row].indices.contains(place - starts[row]) { told(rows[row][place - starts[row]], event) }
        }
        var arrived: [Int: Int] = [:]
        var isDone = true
        for (number, row) in rows.enumerated() {
            let sent = max(0, ended[number].count - starts[number])
            left.removeAll { row.prefix(sent).contains($0) }
            if let cut = row.dropFirst(sent).first { uploads[cut].resume(Self.resumes) }
            guard ended[number].count == operations[number].count else {
                isDone = false
                continue
            }
            let entries = try FTPListing(of: listings[number], as: session.configuration.listing).entries
            for index in row {
                let name = uploads[index].path.split(separator: "/").last.map(String.init) ?? ""
                arrived[index] = entries[name]?.size
            }
        }
        return isDone ? arrived : nil
    }

    /// Sends again what a connection that was cut left behind, so that it does not pass for the whole.
    private mutating func sendAgain(_ odd: [FTPComparison.Item]) async throws {
        guard !odd.isEmpty else { return }
        try await session.performAll(odd.map { removal(ofStaged: $0) })
        let uploads = try odd.map(upload)
        let outcomes = try await session.performSideBySide(uploads, resumes: Self.resumes)
        try session.check(outcomes, of: uploads)
    }

    /// What makes the folder that files wait in.
    private var stagingOperations: [CurlOperation] {
        var commands = folder.exists ? [] : folder.parents.map { "*MKD \($0)" }
        if folder.listing(FTPFolder.staging) == nil {
            commands.append("*MKD \(folder.path(FTPFolder.staging))")
        }
        return operations(for: commands)
    }

    /// What makes folders, and removes what waits there for another site than this one.
    private func folderOperations(for sent: [FTPComparison.Item]) -> [CurlOperation] {
        let known = Set((folder.listing(FTPFolder.staging)?.entries ?? [:]).keys)
        var commands = known.subtracting(sent.map(\.staged)).sorted().map { name in
            "*DELE \(folder.path("\(FTPFolder.staging)/\(name)"))"
        }
        let folders = Set(sent.flatMap(\.entry.file.path.folders))
        let missing = folders.filter { folder.listing($0.description) == nil }
        commands += missing.sorted { ($0.components.count, $0) < ($1.components.count, $1) }.map {
            "*MKD \(folder.path($0.description))"
        }
        return (sent.isEmpty ? [] : stagingOperations) + operations(for: commands)
    }

    /// A command that may fail tells nothing; what could not be made is found out by what goes into it.
    private func operations(for commands: [String]) -> [CurlOperation] {
        stride(from: 0, to: commands.count, by: 50).map { start in
            CurlOperation(
                transfer: .nothing, path: "",
                commands: Array(commands[start..<min(start + 50, commands.count)]),
                name: "folders")
        }
    }

    /// Tells the observer how far the files of `work` have been sent.
    private func progress(
        of work: [FTPComparison.Item], among sent: [FTPComparison.Item]
    ) -> @Sendable (Int, CurlOperation.Event) -> Void {
        let sizes = work.map(\.entry.size)
        let bytes = sent.reduce(0) { $0 + $1.entry.size }
        let counter = ProgressCounter(
            of: sizes,
            PublishProgress(
                files: sent.count - work.count, totalFiles: sent.count, bytes: bytes - sizes.reduce(0, +),
                totalBytes: bytes), observer)
        return { counter.take($1, of: $0) }
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
    private let sizes: [Int]
    private let state: Mutex<(sent: PublishProgress, underWay: [Int: Int])>
    private let observer: PublishProgress.Observer

    init(of sizes: [Int], _ sent: PublishProgress, _ observer: @escaping PublishProgress.Observer) {
        self.sizes = sizes
        state = Mutex((sent, [:]))
        self.observer = observer
        observer(sent)
    }

    func take(_ event: CurlOperation.Event, of file: Int) {
        state.withLock {
            switch event {
            case .moved(let bytes):
                // A try that goes on where the last one was cut counts from zero again.
                $0.underWay[file] = max($0.underWay[file] ?? 0, min(bytes, sizes[file]))
            case .done:
                $0.underWay[file] = nil
                $0.sent.files += 1
                $0.sent.bytes += sizes[file]
            }
            var progress = $0.sent
            progress.bytes += $0.underWay.values.reduce(0, +)
            observer(progress)
        }
    }
}
