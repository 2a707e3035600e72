import Diagnostics
import Files
import Sites
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// New contents beside the files that they are about to replace.
///
/// Flushing: a rename is atomic for whoever looks at a running system, whatever happens to this process. Only a
/// power cut can put a new name before its contents. So where anything old is replaced, everything staged is
/// flushed before the first rename: file by file when there are few, begun for all of them before the first is
/// waited for, and by one flush of the file system when there are many, since 5,000 single flushes take half a
/// minute on a disk. The renames themselves are not flushed: losing one leaves the old file. Where nothing stood
/// before there is nothing to lose, and a file that is cut short does not look like its record, so that the next
/// publish writes it again.
struct FolderStage {
    /// Above this many files one flush of the whole file system is cheaper.
    private static let fewFiles = 16

    private let root: OpenFolder
    private let observer: PublishProgress.Observer
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)
    private var flushesEach = false
    private var flushesAll = false
    /// What is to be flushed, still open.
    private var unflushed: [FileDescriptor] = []
    /// The names of the temporary files by the index of their item.
    private(set) var temporaries: [Int: String] = [:]
    private var places: [SitePlan.Entry] = []
    /// Whether the file system holds the permissions that it is given.
    private(set) var keepsPermissions = true

    /// Creates an empty stage for the target `root`.
    init(root: OpenFolder, observer: @escaping PublishProgress.Observer) {
        self.root = root
        self.observer = observer
    }

    /// Writes the contents of every item that needs them.
    ///
    /// - Throws: A `Failure` that names the file, or `CancellationError` between two files.
    mutating func write(_ items: [FolderComparison.Item]) throws {
        let work = items.enumerated().filter { $0.element.action != .keep && !$0.element.hasContents }
        var progress = PublishProgress(
            files: 0, totalFiles: work.count, bytes: 0,
            totalBytes: work.reduce(0) { $0 + $1.element.entry.size })
        let replaces = work.contains { $0.element.action == .update }
        flushesEach = replaces && work.count <= Self.fewFiles
        flushesAll = replaces && !flushesEach
        let cursor = FolderCursor(root)
        for (index, item) in work {
            try Task.checkCancellation()
            do {
                let folder = try cursor.make(folderOf: item.entry.file.path)
                let name = "\(FileReplacement.temporaryPrefix)\(getpid())-\(index).tmp"
                temporaries[index] = name
                places.append(item.entry)
                let file = try folder.whileWritable { () throws(Errno) in try folder.create(name) }
                if flushesEach { unflushed.append(file) }
                defer { if !flushesEach { try? file.close() } }
                try fill(file, from: item, &progress)
            } catch let error as Errno {
                throw Failure(target: item.entry.name, in: root.path, error)
            }
            progress.files += 1
            observer(progress)
        }
    }

    /// Waits until everything staged is on the disk.
    ///
    /// - Throws: A `Failure`.
    mutating func flush() throws {
        defer { close() }
        do throws(Errno) {
            for file in unflushed { try file.flushToDisk() }
            if flushesAll { try root.descriptor.flushFileSystem() }
        } catch {
            throw Failure(target: ".", in: root.path, error)
        }
    }

    private mutating func close() {
        for file in unflushed { try? file.close() }
        unflushed = []
    }

    /// Removes what was staged and is not in place.
    mutating func discard() {
        close()
        let cursor = FolderCursor(root)
        for (entry, name) in zip(places, temporaries.sorted { $0.key < $1.key }.map(\.value)) {
            if case .folder(let folder) = try? cursor.enter(folderOf: entry.file.path) {
                try? folder.removeFile(name)
            }
        }
    }

    private mutating func fill(
        _ file: FileDescriptor, from item: FolderComparison.Item, _ progress: inout PublishProgress
    ) throws {
        switch item.entry.file.content {
        case .bytes(let bytes):
            try file.writeFirst(bytes.count, of: bytes)
            progress.bytes += bytes.count
        case .file(let path):
            let source = try SourceFile(path, expecting: item.entry.stamp)
            while case let count = try source.read(into: &buffer), count > 0 {
                try file.writeFirst(count, of: buffer)
                progress.bytes += count
                if item.entry.size > buffer.count { observer(progress) }
            }
            try source.checkUnchanged()
            try file.setModified(item.entry.stamp?.modified ?? 0)
        }
        try? file.setPermissions(item.mode)
        if FileStatus(of: file)?.permissions != item.mode { keepsPermissions = false }
        if flushesEach { file.beginFlushing() }
    }
}
