package import Diagnostics
import Files
package import SystemPackage

/// A folder that Visual Studio Code opens, and its settings in `.vscode`.
package struct VSCodeWorkspace: Sendable, Equatable {
    /// The folder.
    package let folder: FilePath

    /// What became of one of its files.
    package struct Outcome: Sendable, Equatable {
        /// What was done.
        package enum Action: String, Sendable {
            case created
            case updated
            case unchanged
        }

        package var path: FilePath
        package var action: Action
    }

    /// Takes a folder.
    package init(_ folder: FilePath) {
        self.folder = folder
    }

    /// The folder that is most likely opened to work on a project.
    ///
    /// It is the nearest one with settings, from the project's folder up to the root of its repository. The user's home
    /// does not count: its `.vscode` holds the editor's extensions.
    ///
    /// - Parameters:
    ///   - project: The folder of the project's sources.
    ///   - home: The user's home.
    package init(of project: FilePath, home: FilePath?) {
        var candidate = project
        while candidate != home, !candidate.components.isEmpty {
            if FileKind(of: candidate.appending(Self.settings)) == .folder {
                self.init(candidate)
                return
            }
            guard FileKind(of: candidate.appending(".git")) == nil else { break }
            candidate.removeLastComponent()
        }
        self.init(project)
    }

    /// Writes what starts the bridge and attaches through it into `tasks.json` and `launch.json`.
    ///
    /// Everything else in these files stays as it is, byte for byte. Neither is written when one cannot be used.
    ///
    /// - Parameters:
    ///   - attachment: What the editor is to know.
    ///   - display: Says how the user calls a file.
    /// - Returns: What became of each file.
    /// - Throws: A `Failure` with everything that is wrong with the files, or when one cannot be written.
    package func merge(
        _ attachment: VSCodeAttachment, display: (FilePath) -> String
    ) throws(Failure) -> [Outcome] {
        let files: [(name: String, array: String, version: JSONValue, entry: OwnedEntry)] = [
            ("tasks.json", "tasks", "2.0.0", attachment.task(in: folder)),
            ("launch.json", "configurations", "0.2.0", attachment.configuration(in: folder)),
        ]
        var changes: [(path: FilePath, old: [UInt8]?, new: [UInt8])] = []
        var diagnostics = DiagnosticList()
        for file in files {
            let path = folder.appending(Self.settings).appending(file.name)
            do {
                let old = FileKind(of: path) == nil ? nil : try FileContents.read(path, limit: Self.sizeLimit)
                var document = try JSONCDocument(old ?? [], file: display(path))
                try document.merge(
                    file.entry, into: file.array, beginning: [.init("version", file.version)])
                changes.append((path, old, document.bytes))
            } catch {
                diagnostics.add(contentsOf: error.diagnostics)
            }
        }
        try diagnostics.failOnErrors()
        return try Self.write(changes)
    }

    private static let settings: FilePath.Component = ".vscode"
    private static let sizeLimit = 16 << 20

    private static func write(
        _ changes: [(path: FilePath, old: [UInt8]?, new: [UInt8])]
    ) throws(Failure) -> [Outcome] {
        var staged: [FileReplacement.Staged] = []
        do {
            for change in changes where change.old != change.new {
                try Folder.create(change.path.removingLastComponent())
                staged.append(try FileReplacement.stage(change.new, for: change.path))
            }
        } catch {
            for file in staged { file.discard() }
            throw error
        }
        for file in staged { try file.commit() }
        return changes.map { change in
            let action: Outcome.Action =
                change.old == nil ? .created : change.old == change.new ? .unchanged : .updated
            return Outcome(path: change.path, action: action)
        }
    }
}
