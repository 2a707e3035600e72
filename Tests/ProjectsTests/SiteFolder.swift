import Diagnostics
import Files
import Foundation
import SystemPackage

@testable import Projects

/// A folder for one test, filled from a table of paths and texts; deleted when the test is over.
final class SiteFolder {
    /// The folder, with all links in its path resolved.
    let path: FilePath

    init(_ files: [String: String] = [:]) throws {
        let root = FilePath(NSTemporaryDirectory()).appending("projects-\(UUID().uuidString)")
        try Folder.create(root)
        path = FilePath(URL(fileURLWithPath: root.string).resolvingSymlinksInPath().path)
        for (name, text) in files { try write(name, text) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    /// Writes a file and makes the folders it needs; a name that ends in `/` makes a folder.
    func write(_ name: String, _ text: String) throws {
        let file = path.pushing(FilePath(name))
        guard !name.hasSuffix("/") else { return try Folder.create(file) }
        try Folder.create(file.removingLastComponent())
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
    }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path.pushing(FilePath(name)).string, withDestinationPath: target)
    }

    /// The text with the folder's own path written as `<root>`.
    func masked(_ text: String) -> String {
        text.replacing(path.string, with: "<root>")
    }
}

extension SiteFolder {
    /// The wrapping of a project file around its elements, each on a line of its own from line 2.
    static func project(_ elements: String...) -> String {
        "<Project xmlns=\"http://schemas.microsoft.com/developer/msbuild/2003\">\n"
            + elements.joined(separator: "\n") + "\n</Project>\n"
    }

    /// Evaluates `main.proj`.
    func evaluate(
        properties: [String: String] = [:], environment: [String: String] = [:]
    ) throws -> ProjectEvaluation {
        try ProjectEvaluation(
            .init(
                root: EvaluatedFile(path: path.appending("main.proj").string, displayName: "main.proj"),
                globalProperties: properties, environment: environment),
            folders: FolderIndex())
    }

    /// Reads the project in the folder, or the one called `name`.
    func read(
        _ name: String = ".", _ change: (inout ProjectReader.Options) -> Void = { _ in }
    ) throws -> Reading {
        var options = ProjectReader.Options(configuration: "Debug", currentFolder: path)
        change(&options)
        var diagnostics = DiagnosticList()
        do {
            let project = try ProjectReader.read(FilePath(name), options: options, diagnostics: &diagnostics)
            return Reading(project: project, messages: diagnostics.all.map { masked("\($0)") })
        } catch {
            throw Failed(reason: error.reason, messages: error.diagnostics.map { masked("\($0)") })
        }
    }

    /// What the reading of the folder fails with.
    func failure(
        _ name: String = ".", _ change: (inout ProjectReader.Options) -> Void = { _ in }
    ) -> [String] {
        do {
            _ = try read(name, change)
            return []
        } catch let failed as Failed {
            return failed.messages
        } catch {
            return ["\(error)"]
        }
    }

    /// A project and what was said about it.
    struct Reading {
        let project: Project
        let messages: [String]

        /// The destinations.
        var paths: [String] { project.files.map(\.destination.description) }
        /// The exclusions as `source: reason`.
        var exclusions: [String] { project.excluded.map { "\($0.source): \($0.reason)" } }
    }

    /// A failure with the folder's path masked.
    struct Failed: Error {
        let reason: Failure.Reason
        let messages: [String]
    }
}
