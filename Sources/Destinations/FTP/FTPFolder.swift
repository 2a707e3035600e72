import Diagnostics
import Files
import Projects
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
        let operations = names.enumerated().map { index, name in
            let path = path(name)
            return CurlOperation(
                transfer: .list(session.workFolder.appending("list-\(index)")),
                path: path.isEmpty || path.hasSuffix("/") ? path : path + "/",
                name: name.isEmpty ? "." : name)
        }
        for file in operations.compactMap(\.listingFile) { try? FileReplacement.write([], to: file) }
        let outcomes = try await session.performSideBySide(operations, accepts: Self.isMissing)
        try session.check(outcomes, of: operations, accepts: Self.isMissing)
        for (index, outcome) in outcomes.enumerated() {
            guard let file = operations[index].listingFile else { continue }
            let bytes = outcome.isDone ? try FileContents.read(file) : []
            let isMachine = session.configuration.listing == .machine
            let listing = isMachine ? FTPListing(machine: bytes) : FTPListing(human: bytes)
            listings[key(names[index])] = .some(outcome.isDone ? listing : nil)
        }
    }

    /// Remembers that a folder was made.
    mutating func make(_ folder: String) { listings[key(folder)] = .some(FTPListing(machine: [])) }

    /// Whether a folder was refused because it is not there.
    private static func isMissing(_ outcome: CurlOperation.Outcome) -> Bool {
        [9, 19, 78].contains(outcome.code) && outcome.reply != 530
    }

    private func key(_ folder: String) -> String { ignoresCase ? folder.lowercased() : folder }
}

extension CurlOperation {
    /// The local file that a listing comes into.
    fileprivate var listingFile: FilePath? {
        if case .list(let file) = transfer { file } else { nil }
    }
}
