package import Diagnostics
package import Projects

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a publish did, or, dry, what it would have done.
package struct PublishReport: Sendable {
    /// What happens to one file at the destination.
    package enum Action: String, Sendable, Codable, CaseIterable {
        /// It was not there.
        case add
        /// It was there with other contents or permissions.
        case update
        /// It is there as it should be.
        case keep
        /// It is there and no longer belongs to the site.
        case delete
    }

    /// One file of the site or of what was there before.
    package struct File: Sendable, Equatable, Codable {
        /// Its path in the site.
        package var path: String
        /// Its source, relative to the project file's folder; nil for a generated or deleted file.
        package var source: String?
        /// Its size in bytes.
        package var size: Int
        /// The digest of its contents in hexadecimal; nil where a deleted file was never read.
        package var sha256: String?
        /// What happens to it.
        package var action: Action

        /// Creates the report of one file.
        package init(path: String, source: String?, size: Int, sha256: String?, action: Action) {
            self.path = path
            self.source = source
            self.size = size
            self.sha256 = sha256
            self.action = action
        }
    }

    /// What the report says beside the files.
    package var facts: PublishFacts
    /// The destination as it is shown.
    package var destination: String
    /// The identifier of the contents.
    package var buildID: String
    /// The files in the order they are sent, then those that are deleted.
    package var files: [File]
    /// What was left out of the site, and why.
    package var excluded: [Project.Exclusion]
    /// What was found on the way.
    package var diagnostics: [Diagnostic]
    /// How long it took.
    package var seconds: Double

    /// Reports on the publish of `plan`.
    ///
    /// - Parameters:
    ///   - plan: What was to be published.
    ///   - destination: The destination as it is shown.
    ///   - files: What happened to each file.
    ///   - diagnostics: What the destination found on the way.
    ///   - seconds: How long it took.
    package init(
        _ plan: SitePlan, to destination: String, files: [File], diagnostics: [Diagnostic] = [],
        seconds: Double
    ) {
        facts = plan.facts
        self.destination = destination
        buildID = plan.buildID
        self.files = files
        excluded = plan.excluded
        self.diagnostics = plan.diagnostics + diagnostics
        self.seconds = seconds
    }

    /// How many files have `action`.
    package func count(_ action: Action) -> Int {
        files.count { $0.action == action }
    }

    /// One line such as `47 files: 3 added, 1 updated, 43 unchanged (0.2 s)`.
    package var summary: String {
        let present = files.count - count(.delete)
        var parts: [String] = []
        for (action, word) in [(Action.add, "added"), (.update, "updated"), (.keep, "unchanged")] {
            if count(action) > 0 { parts.append("\(count(action)) \(word)") }
        }
        if count(.delete) > 0 { parts.append("\(count(.delete)) deleted") }
        let tenths = Int((seconds * 10).rounded())
        let files = present == 1 ? "1 file" : "\(present) files"
        let what = parts.isEmpty ? files : "\(files): \(parts.joined(separator: ", "))"
        return "\(what) (\(tenths / 10).\(tenths % 10) s)"
    }
}

extension PublishReport {
    /// The documented object of `publish --format json`; what is not known is absent.
    private struct Form: Encodable {
        var project: String
        var configuration: String
        var host: String
        var destination: String
        var siteURL: String?
        var attachURL: String?
        var expires: String?
        var buildID: String
        var files: [File]
        var excluded: [Exclusion]
        var diagnostics: [Finding]
        var seconds: Double

        struct Exclusion: Encodable {
            var source: String
            var reason: String
        }

        struct Finding: Encodable {
            var severity: Diagnostic.Severity
            var id: String
            var message: String
            var file: String?
            var line: Int?
            var column: Int?
            var hint: String?
        }
    }

    /// The report as one JSON object, with keys in alphabetical order.
    package var json: String {
        let form = Form(
            project: facts.project, configuration: facts.configuration, host: facts.host,
            destination: destination, siteURL: facts.siteURL, attachURL: facts.attachURL,
            expires: facts.expires, buildID: buildID, files: files,
            excluded: excluded.map { .init(source: $0.source, reason: $0.reason) },
            diagnostics: diagnostics.map {
                .init(
                    severity: $0.severity, id: $0.id, message: $0.message, file: $0.location?.file,
                    line: $0.location?.line, column: $0.location?.column, hint: $0.hint)
            },
            seconds: (seconds * 1000).rounded() / 1000)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(form)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
