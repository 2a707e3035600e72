import Files
import SystemPackage

/// What the editor of a project is told about where sources stand on the server.
enum LaunchConfiguration {
    /// The remote folders in `.vscode/launch.json`, those in comments left out.
    ///
    /// - Parameter project: The project.
    /// - Returns: The file, as the user calls it, and what it maps to; nothing without one.
    static func mappings(_ project: ProjectSubject) -> [(file: String, remoteRoots: [String])] {
        let path = project.folder.appending(".vscode").appending("launch.json")
        guard let text = try? FileContents.text(path) else { return [] }
        let roots = text.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
            guard !line.drop(while: \.isWhitespace).hasPrefix("//") else { return [] }
            return line.matches(of: /"remoteRoot"\s*:\s*"([^"]*)"/).map { String($0.output.1) }
        }
        return roots.isEmpty ? [] : [(project.display(path), roots)]
    }
}
