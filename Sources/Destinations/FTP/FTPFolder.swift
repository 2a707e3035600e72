import Diagnostics
import Files
import Projects
import Sites
import SystemPackage

/// The folder of a site on an FTP server: what is known of it, and the paths in it.
struct FTPFolder {
    /// Where files wait until all of them are there, by a name made of their path and contents.
    static let staging = ".ptvsd-publish-staging"

    private let base: String
    /// Whether the server takes `A` for `a`, as Windows does.
    let ignoresCase: Bool
    /// What stands in each folder that was listed; nil for one that is not there.
    private var listings: [String: FTPListing?] = [:]

    /// Takes the folder that an address names.
    init(_ address: FTPAddress, ignoresCase: Bool) {
        base = (address.isAbsolute ? "/" : "") + address.folders.joined(separator: "/")
        self.ignoresCase = ignoresCase
    }

    /// The path on the server of a path in the site.
    func path(_ name: String) -> String {
        base.isEmpty || base == "/" || name.isEmpty ? base + name : "\(base)/\(name)"
    }

    /// The folder itself and those above it, from the top.
    var parents: [String] {
        let names = base.split(separator: "/").map(String.init)
        let start = base.hasPrefix("/") ? "/" : ""
        return names.indices.map { start + names[...$0].joined(separator: "/") }
    }

    /// Whether the folder is there at all.
    var exists: Bool { listing("") != nil }

    /// What stands in a folder of the site; nil when it is not there or was not looked at.
    func listing(_ folder: String) -> FTPListing? { listings[key(folder)] ?? nil }

    /// Whether a folder was looked at.
    func isListed(_ folder: String) -> Bool { listings[key(folder)] != nil }

    /// What stands at a path, by its exact name or, where case does not count, by any spelling of it.
    func entry(_ path: SitePath) -> FTPListing.Entry? {
        guard let listing = listing(path.folder?.description ?? "") else { return nil }
        if let entry = listing.entries[path.name] { return entry }
        guard ignoresCase else { return nil }
        return listing.entries.values.first { $0.name.lowercased() == path.name.lowercased() }
    }

    /// Looks at folders of the site that were not looked at before.
    ///
    /// - Parameters:
    ///   - folders: The folders; the site's own is empty.
    ///   - session: The connection.
    ///   - again: Whether to look at those that were, too.
    /// - Throws: A `Failure`.
    mutating func look(
        into folders: some Sequence<String>, over session: inout FTPSession, again: Bool = false
    ) async throws {
        let names = folders.filter { again || !isListed($0) }
        let operations = try operations(listing: names, in: session.workFolder)
        let outcomes = try await session.performSideBySide(operations)
        try session.check(outcomes, of: operations)
        try learn(names, from: outcomes, of: operations, as: session.configuration.listing)
    }

    /// What lists folders, each into a file of its own in `workFolder` whose name holds `tag`.
    func operations(
        listing names: [String], in workFolder: FilePath, tag: String = ""
    ) throws -> [CurlOperation] {
        try names.map { name in
            let path = path(name)
            let digest = ContentDigest(of: Array(path.utf8)).hex.prefix(32)
            let file = workFolder.appending("list\(tag)-\(digest)")
            // An empty folder is no reason for curl to write anything.
            try FileDescriptor.open(
                file, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite
            ).close()
            return CurlOperation(
                transfer: .list(file), path: path.isEmpty || path.hasSuffix("/") ? path : path + "/",
                name: name.isEmpty ? "." : name, mayLack: true)
        }
    }

    /// Takes in what was listed.
    ///
    /// - Parameters:
    ///   - names: The folders.
    ///   - outcomes: How listing each of them ended.
    ///   - operations: What listed them.
    ///   - form: How they were listed.
    /// - Throws: A `Failure` when a listing cannot be read.
    mutating func learn(
        _ names: [String], from outcomes: some Sequence<CurlOperation.Outcome>,
        of operations: some Sequence<CurlOperation>, as form: CurlConfiguration.Listing
    ) throws {
        for (name, (outcome, operation)) in zip(names, zip(outcomes, operations)) {
            listings[key(name)] = .some(outcome.isDone ? try FTPListing(of: operation, as: form) : nil)
        }
    }

    private func key(_ folder: String) -> String { ignoresCase ? folder.lowercased() : folder }
}
