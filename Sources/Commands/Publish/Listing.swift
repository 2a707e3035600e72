import Projects
import SystemPackage

/// Which files belong to a site, and which do not and why: the result of `--list`.
struct Listing: Encodable {
    /// A file of the site.
    struct Included: Encodable {
        var source: String
        var destination: String
    }

    /// A file or folder that is left out.
    struct Excluded: Encodable {
        var source: String
        var reason: String
    }

    var project: String
    var configuration: String
    var included: [Included]
    var excluded: [Excluded]

    /// Lists a project.
    init(_ project: Project) {
        self.project = project.name
        configuration = project.configuration
        included = project.files.map { file in
            var source = file.source
            _ = source.removePrefix(project.home)
            return Included(source: source.string, destination: file.destination.description)
        }
        excluded = project.excluded.map { Excluded(source: $0.source, reason: $0.reason) }
    }

    /// The listing for people.
    var text: String {
        var lines = included.map {
            "+ \($0.destination)" + ($0.source == $0.destination ? "" : "  (from \($0.source))")
        }
        lines += excluded.map { "- \($0.source)  (\($0.reason))" }
        lines.append("\(included.count) files included, \(excluded.count) entries excluded")
        return lines.joined(separator: "\n")
    }
}
