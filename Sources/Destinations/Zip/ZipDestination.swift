package import Diagnostics
import Files
package import Projects
package import Sites
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A zip file on this machine, always written anew and whole, and left alone when the site has not changed.
///
/// The same site gives the same bytes, whoever writes it and when.
package struct ZipDestination: PublishDestination {
    package let name: String
    package let canonicalName: String
    private let path: FilePath
    private let store: ManifestStore

    /// Takes the zip at `path`, which need not exist.
    ///
    /// - Parameters:
    ///   - path: The file. Absolute.
    ///   - name: What the user calls it.
    ///   - state: Where the manifest is kept.
    package init(_ path: FilePath, name: String, state: StateFolder) {
        self.name = name
        self.path = path.resolved
        canonicalName = "zip:\(self.path)"
        store = ManifestStore(state: state, destination: canonicalName)
    }

    package func previous() async throws -> (manifest: Manifest?, warning: Diagnostic?) {
        store.read()
    }

    package func contents(of path: SitePath) async throws -> [UInt8]? {
        try reading { archive throws(ZipArchive.Damage) in
            guard let entry = archive.entries.first(where: { $0.name == path.description }) else {
                return nil
            }
            return try archive.contents(of: entry)
        }
    }

    package func companions(of paths: Set<SitePath>) async throws -> [SiteFile] {
        let names = Set(paths.map(\.description))
        return try reading { archive in
            try archive.entries.filter { !names.contains($0.name) }.map { entry in
                let mode = entry.permissions == 0 ? nil : FilePermissions(rawValue: CModeT(entry.permissions))
                return SiteFile(try SitePath(entry.name), bytes: try archive.contents(of: entry), mode: mode)
            }
        } ?? []
    }

    /// Looks into the zip; nil when there is none.
    private func reading<Result>(_ look: (ZipArchive) throws -> Result?) throws -> Result? {
        guard FileKind(of: path) == .regular else { return nil }
        do {
            return try look(ZipArchive(FileContents.read(path), limits: .site))
        } catch let damage as ZipArchive.Damage {
            throw Failure(
                .badInput, id: "zip-unreadable", "'\(name)' \(damage.reason)", at: .init(file: name),
                hint: "publish in Debug again")
        }
    }

    package func publish(
        _ plan: SitePlan, options: PublishOptions, observer: @escaping PublishProgress.Observer
    ) async throws -> PublishReport {
        let start = ContinuousClock.now
        guard FileKind(of: path) != .folder else {
            throw Failure(
                .failed, id: "destination-is-folder", "'\(name)' is a folder, not a zip file",
                at: .init(file: path.string), hint: "name a file, or remove the folder")
        }
        var diagnostics = DiagnosticList()
        let lock = options.isDryRun ? nil : try store.lock(name, &diagnostics)
        defer { withExtendedLifetime(lock) {} }
        let (recorded, warning) = store.read()
        diagnostics.add(contentsOf: [warning].compactMap(\.self))
        let status = FileStatus(of: path)
        if status != nil, recorded == nil, !options.deletesExtraFiles { try refuseForeign(plan) }
        let isOurs = status != nil && recorded?.container?.stamp == status?.stamp
        let previous = isOurs ? recorded : nil
        let key = ContentDigest(of: Array(plan.contents.utf8))
        let isUnchanged = previous?.container?.digest == key
        if !options.isDryRun, !isUnchanged {
            try await write(plan, observer)
            options.siteChanged()
            var manifest = Manifest(
                buildID: plan.buildID, configuration: plan.facts.configuration, time: options.time, files: [:]
            )
            for entry in plan.entries {
                manifest.files[entry.name] = .init(size: entry.size, digest: entry.digest)
            }
            let stamp = FileStatus(of: path)?.stamp
            manifest.container = .init(size: stamp?.size ?? 0, digest: key, stamp: stamp)
            store.keep(manifest, after: recorded, flushes: false, &diagnostics)
        }
        let (seconds, rest) = (ContinuousClock.now - start).components
        return PublishReport(
            plan, to: name, files: report(plan, previous), diagnostics: diagnostics.all,
            seconds: Double(seconds) + Double(rest) * 1e-18)
    }

    /// Refuses to replace what stands there and can be nothing but somebody else's.
    ///
    /// No record does not say so: it may have been lost, or the zip come from another machine or from Visual Studio.
    ///
    /// - Throws: A `Failure` when it is not empty, and no archive that has a file in common with the site, and no
    ///   package of Web Deploy.
    private func refuseForeign(_ plan: SitePlan) throws(Failure) {
        let bytes = try? FileContents.read(path)
        guard bytes?.isEmpty != true else { return }
        let known = Set(plan.entries.map(\.name) + [Self.webDeployManifest])
        if let bytes, let archive = try? ZipArchive(bytes, limits: .site),
            archive.entries.contains(where: { known.contains($0.name) })
        {
            return
        }
        throw Failure(
            .failed, id: "destination-obstacle",
            "'\(name)' is no earlier version of this site: it has no file in common with it",
            at: .init(file: path.string),
            hint: "name another file, move it away, or publish with --delete-extra, which replaces it")
    }

    /// What each package of Web Deploy holds, which Visual Studio makes.
    private static let webDeployManifest = "archive.xml"

    private func report(_ plan: SitePlan, _ previous: Manifest?) -> [PublishReport.File] {
        let kept = plan.entries.map { PublishReport.File($0, recorded: previous?.files[$0.name]) }
        let names = Set(plan.entries.map(\.name))
        let gone = (previous?.files ?? [:]).filter { !names.contains($0.key) }
            .sorted { $0.key < $1.key }
        return kept + gone.map { .init(deleted: $0.key, size: $0.value.size, digest: $0.value.digest) }
    }

    private func write(
        _ plan: SitePlan, _ observer: @escaping PublishProgress.Observer
    ) async throws {
        let folder = path.removingLastComponent()
        try Folder.create(folder)
        let prefix = "\(FileReplacement.temporaryPrefix)\(path.lastComponent?.string ?? "")-"
        for name in try Folder.names(in: folder) where name.hasPrefix(prefix) && name.hasSuffix(".tmp") {
            unlink(folder.appending(name).string)
        }
        let temporary = folder.appending("\(prefix)\(getpid()).tmp")
        // A zip is as private as the most private file in it.
        let isPrivate = plan.entries.contains { $0.mode.isDisjoint(with: [.groupRead, .otherRead]) }
        do {
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: isPrivate ? .ownerReadWrite : .readable)
            defer { try? file.close() }
            try await ZipWriter(
                plan: plan, workers: Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))
            ).write(to: file, observer: observer)
            // Only an old zip can be lost by a power cut between this rename and its contents. A new one that is
            // cut short does not look like its record, and the next publish writes it again.
            if FileKind(of: path) != nil { try file.flushToDisk() }
            guard rename(temporary.string, path.string) == 0 else { throw Errno.last }
        } catch {
            unlink(temporary.string)
            if let error = error as? Errno {
                throw Failure(target: path.lastComponent?.string ?? "", in: folder, error)
            }
            throw error
        }
    }
}
