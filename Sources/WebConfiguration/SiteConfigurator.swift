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
        diagnostics.add(
            contentsOf: [ProjectChecks.misspelling(of: request.configuration)].compactMap(\.self))
        var documents = try project.files.filter { $0.destination.name.lowercased() == "web.config" }
            .map { file throws(Failure) in
                Document(
                    path: file.destination, source: file.source, name: files.name(file.source),
                    bytes: try FileContents.read(file.source))
            }
        let host = try prepareRoot(&documents, &diagnostics)
        diagnostics.add(
            contentsOf: [try StaticFiles(of: project)?.finding].compactMap(\.self))
        var debugging: SiteConfiguration.Debugging?
        var advice: [String] = []
        var limits: Document?
        for index in documents.indices {
            let isRoot = documents[index].path.folder == nil
            var injection: Injection?
            var profileTransform: String?
            try apply(request.configuration, to: &documents[index], &diagnostics)
            if isRoot, host.isIIS {
                let config = try documents[index].config
                diagnostics.add(contentsOf: ProjectChecks.compare(project, with: config, host: host))
                if request.isDebugging {
                    injection = try inject(into: &documents[index], config, host, &diagnostics)
                    advice += serverAdvice(config, host)
                    limits = host == .iisFastCGI ? try FastCGILimits.file(for: config) : nil
                }
            }
            if let profile = request.profileName, profile.lowercased() != request.configuration.lowercased(),
                request.appliesProfileTransforms
            {
                profileTransform = try apply(profile, to: &documents[index], &diagnostics)
            }
            if let injection {
                try confirm(injection, in: &documents[index], after: profileTransform)
                debugging = injection.debugging
            }
            if !documents[index].holdsSecret { try removeLeftovers(from: &documents[index], &diagnostics) }
            if host.isIIS { try ResultCheck.check(documents[index]) }
        }
        if request.isDebugging, debugging == nil {
            debugging = try linuxDebugging(host, &diagnostics)
        }
        return SiteConfiguration(
            host: host, configuration: request.configuration, debugging: debugging,
            files: (documents + [limits].compactMap(\.self)).map {
                .init(path: $0.path, bytes: $0.bytes, holdsSecret: $0.holdsSecret, changes: $0.changes)
            },
            advice: advice)
    }

    /// Applies `web.<name>.config` beside a document, if there is one that is not the hidden file.
    ///
    /// - Returns: The transform's name; nil where there is none.
    @discardableResult private func apply(
        _ name: String, to document: inout Document, _ diagnostics: inout DiagnosticList
    ) throws(Failure) -> String? {
        let fileName = "web.\(name).config"
        let isHidden = document.path.folder == nil && fileName.lowercased() == WebDebugConfig.fileName
        let folder = document.source?.removingLastComponent() ?? project.home
        guard !isHidden, name != request.configuration || request.appliesConfigurationTransforms,
            let path = try files.find(fileName, in: folder)
        else { return nil }
        try document.apply(
            DocumentTransform(parsing: try FileContents.read(path), file: files.name(path)), &diagnostics)
        document.changes.append(files.name(path))
        return files.name(path)
    }
}
