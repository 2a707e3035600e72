import Azure
import Projects
package import Sites

/// What has to be sent and deleted so that a site on Azure holds a plan; computed without writing anything.
package struct AzureComparison: Sendable {
    /// How the files are sent.
    package enum Upload: Sendable, Hashable {
        /// Not at all: everything is there.
        case nothing
        /// Only the files of these paths.
        case part(Set<String>)
        /// The whole site; with `clean`, everything else goes.
        case whole(clean: Bool)
    }

    /// What happens to each file.
    package let files: [PublishReport.File]
    /// How they are sent.
    package let upload: Upload
    /// The files that have to go before the upload, since they stand where a file or folder of the site belongs.
    package let obstacles: [String]
    /// The folders that have to go with them, where nothing else is in them; deepest first.
    package let emptied: [String]

    /// The paths that go.
    package var deleted: [String] { files.filter { $0.action == .delete }.map(\.path) }

    /// What is known of the server.
    package struct Known: Sendable {
        /// What earlier publishes put there.
        package var manifest: Manifest?
        /// Under which deployment.
        package var record: AzureRecord
        /// The deployment that is live.
        package var activeDeployment: String?
        /// Whether the server builds what is sent.
        package var builds: Bool
        /// Whether the server takes `A` and `a` for the same file.
        package var ignoresCase: Bool

        /// Creates what is known.
        package init(
            manifest: Manifest?, record: AzureRecord, activeDeployment: String?, builds: Bool,
            ignoresCase: Bool = false
        ) {
            self.ignoresCase = ignoresCase
            self.manifest = manifest
            self.record = record
            self.activeDeployment = activeDeployment
            self.builds = builds
        }

        /// A name as the server tells it from others.
        func fold(_ name: String) -> String { ignoresCase ? name.lowercased() : name }

        /// Whether the manifest tells what is there: nobody has deployed since, and no run was cut.
        var isCurrent: Bool {
            manifest?.pending.isEmpty == true && record.deployment != nil
                && record.deployment == activeDeployment && record.isBuilt == builds
        }
    }

    /// What was found at the server beside what is remembered.
    package struct Present: Sendable {
        /// The sizes of files in bytes, by path.
        package var files: [String: Int]
        /// Whether these are all files of the site.
        package var isWhole: Bool

        /// Creates what was found.
        package init(files: [String: Int], isWhole: Bool) {
            (self.files, self.isWhole) = (files, isWhole)
        }
    }

    /// More deletions than these, one request each and more, take longer than the whole site.
    package static let mostDeletions = 100

    /// Whether a name of the manifest, which stands where others can write, is that of a file in the site.
    private static func isInside(_ name: String) -> Bool {
        (try? SitePath(name))?.description == name
    }

    /// Compares.
    ///
    /// - Parameters:
    ///   - plan: The site.
    ///   - known: What is known of the server.
    ///   - present: What was found there, where somebody looked.
    ///   - isFull: Whether the user wants everything sent.
    ///   - deletesExtraFiles: Whether foreign files go.
    ///   - spares: Which files stay in any case; nil for none.
    package init(
        _ plan: SitePlan, with known: Known, present: Present? = nil, isFull: Bool, deletesExtraFiles: Bool,
        spares: ((_ path: String, _ isFolder: Bool) -> Bool)? = nil
    ) {
        let before = known.manifest?.files ?? [:]
        let kept = plan.entries.map { PublishReport.File($0, recorded: before[$0.name]) }
        let names = Set(plan.entries.map(\.name))
        func stays(_ path: String) -> Bool { spares?(path, false) == true }
        let gone = Self.leaving(names, known, present).filter { !stays($0.key) }.sorted { $0.key < $1.key }
        obstacles = Self.obstacles(to: names, known, present, stays)
        let folders = Set(names.flatMap(Self.folders))
        emptied = Set(obstacles.flatMap(Self.folders)).subtracting(folders).sorted { $0 > $1 }
        files = kept + gone.map { .init(deleted: $0.key, size: $0.value.size, digest: $0.value.digest) }
        // The folder of the endpoint goes as a whole.
        let endpoint = "\(DebugPayload.folder)/"
        let single = gone.count { !$0.key.hasPrefix(endpoint) || DeployedEndpoint.isPlanned(in: plan) }
        let changed = Set(kept.filter { $0.action != .keep }.map(\.path))
        // With a whole site, Kudu deletes what an earlier one held; with files alone, nothing that is not named.
        let everything: Upload =
            spares == nil || known.builds ? .whole(clean: deletesExtraFiles) : .part(names)
        if isFull || deletesExtraFiles || !known.isCurrent {
            upload = everything
        } else if known.builds {
            upload = changed.isEmpty && gone.isEmpty ? .nothing : everything
        } else if changed.count == names.count || single > Self.mostDeletions {
            upload = everything
        } else {
            upload = changed.isEmpty ? .nothing : .part(changed)
        }
    }

    /// The folders that a file stands in.
    private static func folders(of name: String) -> [String] {
        name.indices.filter { name[$0] == "/" }.map { String(name[..<$0]) }
    }

    /// The known files that stand where the site has a folder, below one of its files, or under its name in another
    /// spelling, which Windows would keep.
    ///
    /// Without a `web.config`, however its name is written, the site would be another one meanwhile. A folder keeps its
    /// spelling as long as something stays in it.
    private static func obstacles(
        to planned: Set<String>, _ known: Known, _ present: Present?, _ stays: (_ path: String) -> Bool
    ) -> [String] {
        let files = Dictionary(planned.map { (known.fold($0), $0) }) { first, _ in first }
        let folders = Set(planned.flatMap(Self.folders).map(known.fold))
        let all = Set((known.manifest?.files ?? [:]).keys).union((known.manifest?.pending ?? [:]).keys)
            .union((present?.files ?? [:]).keys)
        let staying = Set(all.filter(stays))
        let kept = Set(staying.flatMap(Self.folders))
        func isRespelled(_ name: String) -> Bool {
            guard let wanted = files[known.fold(name)], !SitePath.isWebConfig(name) else {
                return false
            }
            let (found, planned) = (name.split(separator: "/"), wanted.split(separator: "/"))
            return found.indices.contains {
                found[$0] != planned[$0] && !kept.contains(found[...$0].joined(separator: "/"))
            }
        }
        return all.subtracting(staying).filter { name in
            guard isInside(name), !planned.contains(name) else { return false }
            return isRespelled(name) || folders.contains(known.fold(name))
                || Self.folders(of: name).contains { files[known.fold($0)] != nil }
        }.sorted()
    }

    /// The files that go: what earlier publishes left, as far as it is still there, and what else was found.
    private static func leaving(
        _ planned: Set<String>, _ known: Known, _ present: Present?
    ) -> [String: (size: Int, digest: ContentDigest?)] {
        let planned = Set(planned.map(known.fold))
        func goes(_ name: String) -> Bool { isInside(name) && !planned.contains(known.fold(name)) }
        let recorded = (known.manifest?.files ?? [:]).merging(known.manifest?.pending ?? [:]) { old, _ in old
        }
        var gone: [String: (size: Int, digest: ContentDigest?)] = [:]
        for (name, file) in recorded where goes(name) {
            // What the server built it keeps packed.
            guard present?.isWhole != true || known.record.isBuilt || present?.files[name] != nil else {
                continue
            }
            gone[name] = (file.size, file.digest)
        }
        for (name, size) in present?.files ?? [:] where goes(name) {
            let file = recorded[name]
            gone[name] = (size, file?.size == size ? file?.digest : nil)
        }
        return gone
    }
}
