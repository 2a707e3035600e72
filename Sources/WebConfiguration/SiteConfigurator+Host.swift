import Diagnostics
import Files
import Projects
import XMLDocumentTransform

extension SiteConfigurator {
    /// Finds out what runs the site, and fills in or makes the root's `web.config` where that is needed.
    func prepareRoot(
        _ documents: inout [Document], _ diagnostics: inout DiagnosticList
    ) throws(Failure) -> HostKind {
        if let index = documents.firstIndex(where: { $0.path.folder == nil }) {
            if request.host != .linux {
                documents[index].bytes = try DeploymentPlaceholders.resolve(
                    documents[index].bytes, file: documents[index].name, paths: knownPaths)
            }
            if let host = request.host { return host }
            let config = try documents[index].config
            guard let host = config.hostKind else {
                diagnostics.add(Self.hostUnknown(config, isDebugging: request.isDebugging))
                return .linux
            }
            return host
        }
        diagnostics.add(contentsOf: [try leftOut()].compactMap(\.self))
        let host = request.host ?? .linux
        guard host.isIIS else { return host }
        documents.append(try generatedDocument(host: host))
        diagnostics.add(
            .note(
                "web-config-generated", "the project has no web.config; one for \(host.title) was generated",
                hint: "'ptvsd-publish init --host \(host.rawValue)' writes it into the project"))
        return host
    }

    /// Says that a `web.config` tells of no Python, and why that may be.
    private static func hostUnknown(_ config: WebConfig, isDebugging: Bool) -> Diagnostic {
        let sections = config.webServer.flatMap { $0.children("handlers") }
        let reason: String
        if let section = sections.first(where: { SectionsElsewhere.reason(of: $0) != nil }) {
            reason = "its section 'handlers' \(SectionsElsewhere.reason(of: section) ?? "")"
        } else if config.handlers.isEmpty, sections.contains(where: { !$0.children("add").isEmpty }) {
            reason = "a 'clear' behind its handlers takes them back"
        } else {
            reason = "no handler of it leads to Python"
        }
        let place = sections.first?.location ?? config.root.location
        return Diagnostic(
            // Without an endpoint the host makes no difference to what is published.
            isDebugging ? .warning : .note, id: "host-unknown",
            "'\(config.file)' does not tell what runs the site, which is taken for one on Linux: \(reason)",
            at: place,
            hint: "say it with '--host \(HostKind.allCases.map(\.rawValue).joined(separator: "|"))'")
    }

    /// A warning for a `web.config` that stands in the project's folder and is not published.
    private func leftOut() throws(Failure) -> Diagnostic? {
        guard request.host != .linux, let path = try files.find("web.config", in: project.home) else {
            return nil
        }
        let name = files.name(path)
        let exclusion = project.excluded.first { $0.source == name || $0.source == name + "/" }
        let reason = exclusion?.reason ?? (FileKind(of: path) == .folder ? "it is a folder" : "it is no item")
        let consequence =
            request.host == nil ? "the site is taken for one on Linux" : "another one takes its place"
        return .warning(
            "web-config-left-out", "'\(name)' is not published, and \(consequence): \(reason)",
            at: .init(file: name),
            hint: "put the file there, or say what runs the site with '--host'")
    }
}
