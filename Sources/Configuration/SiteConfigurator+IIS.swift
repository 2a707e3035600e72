import Diagnostics
import Projects
import XMLDocumentTransform

extension SiteConfigurator {
    /// A `web.config` for a project that has none.
    func generatedDocument(host: HostKind) throws(Failure) -> Document {
        var paths = request.serverPaths
        if paths.root == nil, request.siteURL?.isAzure == true { paths.root = ServerPaths.azureRoot }
        let text = try WebConfigTemplate(project: project, paths: paths).text(for: host)
        return Document(path: .webConfig, source: nil, name: "web.config", bytes: Array(text.utf8))
    }

    /// What the placeholders of Web Deploy stand for on this site.
    var placeholderPaths: ServerPaths {
        var paths = request.serverPaths
        if paths.root == nil, request.siteURL?.isAzure == true { paths.root = ServerPaths.azureRoot }
        return paths
    }

    /// Takes out of a Release what an earlier Debug left in the project's own `web.config`.
    func removeLeftovers(
        from document: inout Document, _ config: WebConfig, _ diagnostics: inout DiagnosticList
    ) throws(Failure) {
        guard let transform = try LeftoverTransform(config).text else { return }
        try document.apply(
            DocumentTransform(parsing: Array(transform.utf8), file: "web.release.config"), &diagnostics)
        diagnostics.add(
            .warning(
                "debug-leftovers",
                "'\(config.file)' holds debug settings of an earlier publish; they were left out",
                at: .init(file: config.file), hint: "remove them from the project's file"))
    }

    /// What only an administrator of the server can set, as lines to read and run.
    func serverAdvice(_ config: WebConfig, _ host: HostKind) -> [String] {
        guard host == .iisFastCGI, request.siteURL?.isAzure != true,
            let application = FastCGILimits.application(of: config)
        else { return [] }
        return [
            "On the IIS server, once: FastCGI ends a process that is paused for 70 seconds. Raise its limits with"
        ]
            + application.appcmdLines.map { "  " + $0 }
    }
}

extension SitePath {
    /// `web.config` in the site's root.
    static let webConfig = SitePath(named: "web.config")
}
