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
        let gone = Self.leaving(names, known, present)
            .filter { spares?($0.key, false) != true }.sorted { $0.key < $1.key }
        files =
            kept
            + gone.map {
                .init(
                    path: $0.key, source: nil, size: $0.value.size, sha256: $0.value.digest?.hex,
                    action: .delete)
            }
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

    /// The files that go: what earlier publishes left, as far as it is still there, and what else was found.
    private static func leaving(
        _ planned: Set<String>, _ known: Known, _ present: Present?
    ) -> [String: (size: Int, digest: ContentDigest?)] {
        let planned = known.ignoresCase ? Set(planned.map { $0.lowercased() }) : planned
        func goes(_ name: String) -> Bool {
            isInside(name) && !planned.contains(known.ignoresCase ? name.lowercased() : name)
        }
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
