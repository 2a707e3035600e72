import Diagnostics
import SystemPackage

/// The files of a site while they are collected: no two sources for one destination.
struct SiteFileList {
    private struct Entry {
        var file: Project.File
        var place: Diagnostic.Location?
        var name: String
    }

    private var entries: [SitePath: Entry] = [:]
    private var folded: [String: SitePath] = [:]
    /// What is wrong with the collection so far.
    private(set) var diagnostics = DiagnosticList()

    /// The files, sorted by destination.
    var files: [Project.File] {
        entries.values.map(\.file).sorted { $0.destination < $1.destination }
    }

    /// Whether a file has that destination, in either case.
    func holds(_ destination: String) -> Bool {
        folded[destination.lowercased()] != nil
    }

    /// Adds a file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - name: How the project calls its source.
    ///   - place: Where the project names it.
    mutating func add(_ file: Project.File, name: String, at place: Diagnostic.Location? = nil) {
        let key = file.destination.description.lowercased()
        guard let other = folded[key].flatMap({ entries[$0] }) else {
            entries[file.destination] = Entry(file: file, place: place, name: name)
            folded[key] = file.destination
            return
        }
        let before = other.place.map { " (\($0))" } ?? ""
        if other.file.source == file.source, other.file.destination == file.destination {
            diagnostics.add(
                .warning("item-repeated", "'\(name)' is listed twice\(before)", at: place, hint: "remove one")
            )
        } else if other.file.destination == file.destination {
            diagnostics.add(
                .error(
                    "destination-collision",
                    "'\(name)' and '\(other.name)'\(before) both go to '\(file.destination)'", at: place,
                    hint: "give one of them another 'Link', or remove it"))
        } else {
            diagnostics.add(
                .warning(
                    "destination-case",
                    "'\(file.destination)' and '\(other.file.destination)' differ in case only", at: place,
                    hint: "on Windows only one of them survives"))
            entries[file.destination] = Entry(file: file, place: place, name: name)
        }
    }
}
