import Files
import SystemPackage

/// What stands in the folders of a project, each listed at most once, found without regard to case.
///
/// Paths are absolute and use `/`.
final class FolderIndex {
    /// The names in one folder.
    struct Listing {
        /// The names, sorted by their bytes.
        let names: [String]
        fileprivate let exact: Set<String>
        fileprivate let folded: [String: String]

        fileprivate init(names: [String]) {
            self.names = names
            exact = Set(names)
            // Of several names that differ only in case, the first by its bytes is the one.
            folded = Dictionary(names.map { ($0.lowercased(), $0) }) { first, _ in first }
        }
    }

    /// A file or folder that was found.
    struct Match: Equatable {
        /// Where it stands, spelled as on disk.
        var path: String
        /// The path up to the last component that is spelled differently on disk; nil when all agree.
        var differing: Difference?
    }

    /// Two spellings of one path.
    struct Difference: Hashable {
        /// The path as it was asked for.
        var asked: String
        /// The path as it is on disk.
        var onDisk: String
    }

    private var listings: [String: Listing?] = [:]
    private var folders: [String: Match?] = [:]
    private var kinds: [String: FileKind?] = [:]

    /// The names in a folder; nil when there is no such folder or it cannot be read.
    func listing(of folder: String) -> Listing? {
        if let known = listings[folder] { return known }
        let names = kind(of: folder) == .folder ? try? Folder.names(in: FilePath(folder)) : nil
        let listing = names.map(Listing.init)
        listings[folder] = .some(listing)
        return listing
    }

    /// What stands at a path, links followed; nil when nothing does.
    func kind(of path: String) -> FileKind? {
        if let known = kinds[path] { return known }
        let kind = FileKind(of: FilePath(path))
        kinds[path] = .some(kind)
        return kind
    }

    /// Whether a folder stands at the path itself, not behind a symbolic link.
    func isPlainFolder(_ path: String) -> Bool {
        kind(of: path) == .folder && FileKind(of: FilePath(path), followingLinks: false) == .folder
    }

    /// Finds `path`, relative to `base` unless it is absolute, whatever the case of its letters.
    func find(_ path: String, from base: String) -> Match? {
        // A drive is a place of another machine, unless this one has a file of that strange name.
        let isRooted = PathText.isAbsolute(path) && !PathText.hasDrive(path)
        var components = PathText.components(path)
        var anchor = isRooted ? [] : PathText.components(base)
        while components.first == ".." {
            components.removeFirst()
            _ = anchor.popLast()
        }
        if isRooted, let match = withinBase(&components, base) { anchor = match }
        guard let name = components.popLast() else { return existing("/" + anchor.joined(separator: "/")) }
        let start = "/" + anchor.joined(separator: "/")
        guard let folder = findFolder(components, below: start) else { return nil }
        return step(from: folder, to: name)
    }

    /// Absolute paths inside the base need not look into the folders above it, which may be closed to the user.
    private func withinBase(_ components: inout [String], _ base: String) -> [String]? {
        let anchor = PathText.components(base)
        guard components.starts(with: anchor) else { return nil }
        components.removeFirst(anchor.count)
        return anchor
    }

    private func existing(_ path: String) -> Match? {
        kind(of: path) == nil ? nil : Match(path: path)
    }

    private func findFolder(_ components: [String], below start: String) -> Match? {
        guard !components.isEmpty else { return Match(path: start) }
        let asked = Self.joined(start, components.joined(separator: "/"))
        if let known = folders[asked] { return known }
        let parent = findFolder(components.dropLast(), below: start)
        let match = parent.flatMap { step(from: $0, to: components[components.count - 1]) }
        folders[asked] = .some(match)
        return match
    }

    private func step(from folder: Match, to name: String) -> Match? {
        let path = Self.joined(folder.path, name)
        guard let listing = listing(of: folder.path) else {
            // A folder may be closed to listing and yet hold readable files.
            return kind(of: path) == nil ? nil : Match(path: path, differing: folder.differing)
        }
        if listing.exact.contains(name) { return Match(path: path, differing: folder.differing) }
        guard let real = listing.folded[name.lowercased()] else { return nil }
        let onDisk = Self.joined(folder.path, real)
        return Match(path: onDisk, differing: Difference(asked: path, onDisk: onDisk))
    }

    /// The path of `name` inside `folder`.
    static func joined(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}
