package import Diagnostics
import Files
import SystemPackage

/// Watches the files that decide how a site is served: a host starts a site anew when one of them is written.
package struct SiteWatch: Sendable {
    private var stamps: [FilePath: FileStamp] = [:]
    private var site: PublishedSite
    private var archive: UnpackedArchive?
    private var plan: ServePlan
    private let options: ServeOptions

    /// Remembers the state of a site that `plan` was made from.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - archive: What it was unpacked from; nil for a folder.
    ///   - plan: How it is served.
    ///   - options: What the user wants.
    package init(
        _ site: PublishedSite, from archive: UnpackedArchive? = nil, plan: ServePlan, options: ServeOptions
    ) {
        self.site = site
        self.archive = archive
        self.plan = plan
        self.options = options
        stamps =
            archive.map { [$0.path: $0.stamp].compactMapValues(\.self) }
            ?? Self.stamps(of: site.decisiveFiles)
    }

    /// What a look at the files came to.
    package enum Finding: Sendable {
        case unchanged
        /// The site is to be served anew.
        case changed(ServePlan, [Diagnostic])
        /// It cannot be, so that it stays as it was.
        case broken(Failure)
    }

    /// Looks at the files.
    package mutating func look() -> Finding {
        let now = archive.map { Self.stamps(of: [$0.path]) } ?? Self.stamps(of: site.decisiveFiles)
        let written = now.filter { stamps[$0.key] != $0.value }.keys
        guard !written.isEmpty || now.count < stamps.count else { return .unchanged }
        stamps = now
        do {
            var diagnostics = DiagnosticList()
            let changed = try PublishedSite(try archive?.unpack() ?? site.root, name: site.name)
            let plan = try ServePlan(changed, options: options, diagnostics: &diagnostics)
            archive?.serve(from: changed.root)
            site = changed
            // What was written while the files were read is to be found at the next look.
            if archive == nil { stamps = Self.stamps(of: changed.decisiveFiles, known: now) }
            // A new secret alone is no new deployment: the agent reads its settings anew by itself.
            let isDeployment =
                plan != self.plan || written.contains { $0.lastComponent?.string != "settings.json" }
            self.plan = plan
            return isDeployment ? .changed(plan, diagnostics.all) : .unchanged
        } catch {
            return .broken(error)
        }
    }

    private static func stamps(
        of files: [FilePath], known: [FilePath: FileStamp] = [:]
    ) -> [FilePath: FileStamp] {
        var stamps: [FilePath: FileStamp] = [:]
        for file in files {
            stamps[file] = known[file] ?? FileStatus(of: file)?.stamp
        }
        return stamps
    }
}
