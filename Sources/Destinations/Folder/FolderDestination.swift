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

/// A folder on this machine, kept up to date by contents.
///
/// All new contents are first written beside the files that they replace, flushed, and only then renamed over
/// them, each `web.config` last: a publish that fails, such as on a full disk, has changed nothing yet, and one
/// that is killed leaves every file old or new. Copies keep the times of their sources, as `rsync -a` does.
package struct FolderDestination: PublishDestination {
    package let name: String
    package let canonicalName: String
    private let path: FilePath
    private let guards: FolderGuards
    private let store: ManifestStore

    /// Takes the folder at `path`, which need not exist.
    ///
    /// - Parameters:
    ///   - path: The folder. Absolute.
    ///   - name: What the user calls it.
    ///   - project: The project's folder, which is never a target.
    ///   - home: The user's home folder.
    ///   - state: Where the manifest is kept.
    package init(_ path: FilePath, name: String, project: FilePath, home: FilePath?, state: StateFolder) {
        self.name = name
        self.path = path.resolved
        canonicalName = "folder:\(self.path)"
        guards = FolderGuards(target: self.path, project: project.resolved, home: home?.resolved)
        store = ManifestStore(state: state, destination: canonicalName)
    }

    /// Whether the folder at `path` still holds something that this program published there: a file that looks as
    /// it did right after it was written, or what a killed run was about to write.
    ///
    /// Somebody may have put sources where a site once was.
    package static func holdsPublishedSite(_ path: FilePath, state: StateFolder) -> Bool {
        let path = path.resolved
        return ManifestStore(state: state, destination: "folder:\(path)").holds { name, stamp in
            FileStatus(of: path.appending(FilePath(name).components), followingLinks: false)?.stamp == stamp
        }
    }

    package func previous() async throws -> (manifest: Manifest?, warning: Diagnostic?) {
        store.read()
    }

    package func contents(of path: SitePath) async throws -> [UInt8]? {
        let file = self.path.appending(FilePath(path.description).components)
        guard FileKind(of: file) == .regular else { return nil }
        return try FileContents.read(file)
    }

    package func publish(
        _ plan: SitePlan, options: PublishOptions, observer: @escaping PublishProgress.Observer
    ) async throws -> PublishReport {
        let start = ContinuousClock.now
        try guards.check(deletesExtraFiles: options.deletesExtraFiles)
        guard !options.deletesExtraFiles || !plan.entries.isEmpty else {
            throw Failure(
                .badInput, id: "destination-refused", "an empty site would delete everything in '\(name)'",
                hint: "check what belongs to the project, or publish without --delete-extra")
        }
        var diagnostics = DiagnosticList()
        let lock = options.isDryRun ? nil : try store.lock(name, &diagnostics)
        defer { withExtendedLifetime(lock) {} }
        let (previous, warning) = store.read()
        diagnostics.add(contentsOf: [warning].compactMap(\.self))
        if !options.isDryRun { try Folder.create(path) }
        let root = try open()
        let comparison = try FolderComparer(
            plan: plan, previous: previous, deletesExtraFiles: options.deletesExtraFiles,
            spares: options.spares, isPartial: options.isPartial, mask: .userMask
        ).compare(with: root)
        if !options.isDryRun, let root {
            try FolderUpdate(
                root: root, plan: plan, comparison: comparison, previous: previous,
                isPartial: options.isPartial, time: options.time, store: store,
                siteChanged: options.siteChanged
            ).apply(&diagnostics, observer)
        }
        let (seconds, rest) = (ContinuousClock.now - start).components
        return PublishReport(
            plan, to: name, files: comparison.report, diagnostics: diagnostics.all,
            seconds: Double(seconds) + Double(rest) * 1e-18)
    }

    private func open() throws -> OpenFolder? {
        do {
            return try OpenFolder(path)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch .notDirectory {
            throw Failure(
                .failed, id: "destination-not-a-folder", "'\(name)' is a file, not a folder",
                at: .init(file: path.string), hint: "name a folder or a file that ends in '.zip'")
        } catch {
            throw Failure(target: ".", in: path, error)
        }
    }
}

extension FilePermissions {
    /// What the user's mask takes away from new files.
    static var userMask: FilePermissions {
        let mask = umask(0o022)
        _ = umask(mask)
        return FilePermissions(rawValue: mask)
    }
}

extension FilePath {
    /// The path with the links in what exists of it resolved, and without `.` and `..`.
    var resolved: FilePath {
        let path = lexicallyNormalized()
        if let real = realpath(path.string, nil) {
            defer { free(real) }
            return FilePath(String(cString: real))
        }
        guard let last = path.lastComponent, path.components.count > 1 else { return path }
        return path.removingLastComponent().resolved.appending(last)
    }
}
