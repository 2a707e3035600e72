package import Diagnostics
import Files
package import Projects
import SystemPackage
import XMLDocumentTransform

/// Turns a project into the configuration of its site.
///
/// Reads the project's folder and writes nothing.
package struct SiteConfigurator {
    let project: Project
    let request: ConfigurationRequest
    let files: ConfigurationFiles

    /// Creates the step from `project` to its configuration.
    package init(project: Project, request: ConfigurationRequest) {
        self.project = project
        self.request = request
        files = ConfigurationFiles(home: project.home)
    }

    /// Computes the configuration.
    ///
    /// - Parameter diagnostics: Where warnings and notes go.
    /// - Returns: Everything that is to be written.
    /// - Throws: A `Failure` with all errors, before anything is written.
    package func configuration(diagnostics: inout DiagnosticList) throws(Failure) -> SiteConfiguration {
        diagnostics.add(contentsOf: ProjectChecks.ignoredProperties(of: project))
        var documents = try project.files.filter { $0.destination.name.lowercased() == "web.config" }
            .map { file throws(Failure) in
                Document(
                    path: file.destination, source: file.source, name: files.name(file.source),
                    bytes: try FileContents.read(file.source))
            }
        let rootIndex = documents.firstIndex { $0.path.folder == nil }
        let rootConfig = try rootIndex.map { index throws(Failure) in
            documents[index].bytes = try DeploymentPlaceholders.resolve(
                documents[index].bytes, file: documents[index].name, paths: placeholderPaths)
            return try documents[index].config
        }
        let host = request.host ?? rootConfig?.hostKind ?? .linux
        if host.isIIS, rootIndex == nil {
            documents.append(try generatedDocument(host: host))
            diagnostics.add(
                .note(
                    "web-config-generated",
                    "the project has no web.config; one for \(host.title) was generated",
                    hint: "'ptvsd-publish init --host \(host.rawValue)' writes it into the project"))
        }

        var debugging: SiteConfiguration.Debugging?
        var advice: [String] = []
        for index in documents.indices {
            try apply(request.configuration, to: &documents[index], &diagnostics)
            if documents[index].path.folder == nil, host.isIIS {
                let config = try documents[index].config
                diagnostics.add(contentsOf: ProjectChecks.compare(project, with: config, host: host))
                if request.isDebugging {
                    debugging = try inject(into: &documents[index], config, host, &diagnostics)
                    advice += serverAdvice(config, host)
                } else {
                    try removeLeftovers(from: &documents[index], config, &diagnostics)
                }
            }
            if let profile = request.profileName, profile.lowercased() != request.configuration.lowercased(),
                request.appliesProfileTransforms
            {
                try apply(profile, to: &documents[index], &diagnostics)
            }
        }
        if request.isDebugging, debugging == nil {
            debugging = try linuxDebugging(host, &diagnostics)
        }
        if let limits = try debugging.flatMap({ _ in rootConfig }).flatMap({ config throws(Failure) in
            host == .iisFastCGI ? try FastCGILimits.file(for: config) : nil
        }) {
            documents.append(limits)
        }
        return SiteConfiguration(
            host: host, configuration: request.configuration, debugging: debugging,
            files: documents.map {
                .init(path: $0.path, bytes: $0.bytes, holdsSecret: $0.holdsSecret, changes: $0.changes)
            },
            advice: advice)
    }

    /// Applies `web.<name>.config` beside a document, if there is one that is not the hidden file.
    private func apply(
        _ name: String, to document: inout Document, _ diagnostics: inout DiagnosticList
    ) throws(Failure) {
        let fileName = "web.\(name).config"
        let isHidden = document.path.folder == nil && fileName.lowercased() == WebDebugConfig.fileName
        guard !isHidden, let source = document.source,
            name != request.configuration || request.appliesConfigurationTransforms,
            let path = try files.sibling(of: source, named: fileName)
        else { return }
        try document.apply(
            DocumentTransform(parsing: try FileContents.read(path), file: files.name(path)), &diagnostics)
        document.changes.append(files.name(path))
    }
}
