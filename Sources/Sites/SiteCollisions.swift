package import Diagnostics
import Projects

/// Files of one site that cannot stand beside each other.
package struct SiteCollisions {
    /// One error for every pair.
    package private(set) var diagnostics: [Diagnostic] = []

    /// Looks for files that claim the same path, and for files in the place of another one's folder.
    ///
    /// - Parameters:
    ///   - files: All files of the site.
    ///   - isCaseSensitive: Whether the host tells `A` from `a`; Windows does not.
    package init(among files: [SiteFile], isCaseSensitive: Bool) {
        func key(_ path: String) -> String { isCaseSensitive ? path : path.lowercased() }
        var taken: [String: Int] = [:]
        taken.reserveCapacity(files.count)
        for (index, file) in files.enumerated() {
            if let other = taken.updateValue(index, forKey: key(file.path.description)) {
                diagnostics.append(Self.collision(files[other], file))
            }
        }
        var seen: Set<String> = []
        var last: ArraySlice<String> = []
        for file in files where file.path.components.dropLast() != last {
            last = file.path.components.dropLast()
            for parent in file.path.folders {
                guard seen.insert(key(parent.description)).inserted else { break }
                if let other = taken[key(parent.description)] {
                    diagnostics.append(Self.obstacle(files[other], file))
                }
            }
        }
    }

    /// Ends the work if there are any.
    ///
    /// - Throws: A `Failure` with all of them.
    package func fail() throws(Failure) {
        guard diagnostics.isEmpty else { throw Failure(.badInput, diagnostics) }
    }

    private static func collision(_ first: SiteFile, _ second: SiteFile) -> Diagnostic {
        let differ = first.path != second.path ? " (the host ignores case)" : ""
        return .error(
            "site-collision",
            "'\(first.name)' and '\(second.name)' both go to '\(second.path)'\(differ)",
            hint: "rename one of them, or leave it out of the project")
    }

    private static func obstacle(_ file: SiteFile, _ inside: SiteFile) -> Diagnostic {
        .error(
            "site-collision",
            "'\(file.name)' goes to '\(file.path)', where '\(inside.name)' needs a folder",
            hint: "rename one of them, or leave it out of the project")
    }
}
