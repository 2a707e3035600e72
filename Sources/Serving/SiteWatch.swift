package import Diagnostics
import Files
import SystemPackage

/// Watches the files that decide how a site is served: a host starts a site anew when one of them is written.
package struct SiteWatch: Sendable {
    private var stamps: [FilePath: FileStamp] = [:]
    private var site: PublishedSite
    private var plan: ServePlan
    private let options: ServeOptions

    /// Remembers the state of a site that `plan` was made from.
    package init(_ site: PublishedSite, plan: ServePlan, options: ServeOptions) {
        self.site = site
        self.plan = plan
        self.options = options
        stamps = Self.stamps(of: site)
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
        let now = Self.stamps(of: site)
        let written = now.filter { stamps[$0.key] != $0.value }.keys
        guard !written.isEmpty || now.count < stamps.count else { return .unchanged }
        stamps = now
        do {
            var diagnostics = DiagnosticList()
            let changed = try PublishedSite(site.root, name: site.name)
            let plan = try ServePlan(changed, options: options, diagnostics: &diagnostics)
            site = changed
            stamps = Self.stamps(of: changed)
            // A new secret alone is no new deployment: the agent reads its settings anew by itself.
            let isDeployment =
                plan != self.plan || written.contains { $0.lastComponent?.string != "settings.json" }
            self.plan = plan
            return isDeployment ? .changed(plan, diagnostics.all) : .unchanged
        } catch {
            return .broken(error)
        }
    }

    private static func stamps(of site: PublishedSite) -> [FilePath: FileStamp] {
        var stamps: [FilePath: FileStamp] = [:]
        for file in site.decisiveFiles {
            stamps[file] = FileStatus(of: file)?.stamp
        }
        return stamps
    }
}
