import Diagnostics
import Projects
import XMLDocumentTransform

extension SiteConfigurator {
    /// A `web.config` for a project that has none.
    func generatedDocument(host: HostKind) throws(Failure) -> Document {
        let text = try WebConfigTemplate(project: project, paths: knownPaths).text(for: host)
        return Document(path: .webConfig, source: nil, name: "web.config", bytes: Array(text.utf8))
    }

    /// What the user said of the server, and the site's folder where Azure tells it.
    var knownPaths: ServerPaths {
        var paths = request.serverPaths
        if paths.root == nil, request.siteURL?.isAzure == true { paths.root = ServerPaths.azureRoot }
        return paths
    }

    /// Takes out what an earlier Debug publish left in one of the project's own files.
    func removeLeftovers(
        from document: inout Document, _ diagnostics: inout DiagnosticList
    ) throws(Failure) {
        guard let transform = try LeftoverTransform(document.config).text else { return }
        try document.apply(
            DocumentTransform(parsing: Array(transform.utf8), file: "web.release.config"), &diagnostics)
        diagnostics.add(
            .warning(
                "debug-leftovers",
                "'\(document.name)' holds debug settings of an earlier publish; they were left out",
                at: .init(file: document.name), hint: "remove them from the project's file"))
    }

    /// What only an administrator of the server can set, as lines to read and run.
    func serverAdvice(_ config: WebConfig, _ host: HostKind) -> [String] {
        guard request.siteURL?.isAzure != true else {
            return host == .iisFastCGI && FastCGILimits.application(of: config) != nil
                ? [
                    "On Azure, once: switch web sockets on, and move ptvsd\\applicationHost.xdt to D:\\home\\site: it",
                    "  raises the limits at which FastCGI ends a process that is paused (70 seconds).",
                ] : ["On Azure, once: switch web sockets on."]
        }
        let modules =
            request.proxy == .agent
            ? "HttpPlatformHandler 1.2 and the WebSocket Protocol feature" : "the WebSocket Protocol feature"
        var lines = ["On the IIS server, once: install \(modules)."]
        if host == .iisFastCGI, let application = FastCGILimits.application(of: config) {
            lines.append("  FastCGI ends a process that is paused for 70 seconds. Raise its limits with")
            lines += application.appcmdLines.map { "  " + $0 }
        }
        return lines
    }
}

extension SitePath {
    /// `web.config` in the site's root.
    static let webConfig = SitePath(named: "web.config")
}
