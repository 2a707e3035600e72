import Files
import Projects
import Sites

/// What has to happen to each file so that a destination holds a plan.
protocol FileComparison {
    associatedtype Item: ComparedFile

    /// The files of the plan, in its order.
    var items: [Item] { get }
    /// The files that go.
    var deletions: [DeletedFile] { get }
}

/// A file of the plan, and what happens to it.
protocol ComparedFile {
    var entry: SitePlan.Entry { get }
    var action: PublishReport.Action { get }
}

/// A file that goes.
struct DeletedFile {
    var path: SitePath
    var size: Int
    /// Its contents, where the record of an earlier publish knows them.
    var digest: ContentDigest?
}

extension FileComparison {
    /// What the report says about each file.
    var report: [PublishReport.File] {
        items.map { .init($0.entry, $0.action) }
            + deletions.map { .init(deleted: $0.path.description, size: $0.size, digest: $0.digest) }
    }
}

extension PublishReport.File {
    /// A file of the plan.
    init(_ entry: SitePlan.Entry, _ action: PublishReport.Action) {
        self.init(
            path: entry.name, source: entry.file.source, size: entry.size, sha256: entry.digest.hex,
            action: action)
    }

    /// A file of the plan, where all that is known of the destination is the record of an earlier publish.
    init(_ entry: SitePlan.Entry, recorded: Manifest.File?) {
        self.init(entry, recorded == nil ? .add : recorded?.digest == entry.digest ? .keep : .update)
    }

    /// A file that goes.
    init(deleted path: String, size: Int, digest: ContentDigest?) {
        self.init(path: path, source: nil, size: size, sha256: digest?.hex, action: .delete)
    }
}
