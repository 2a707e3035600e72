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
        let roots = withoutComments(text).matches(of: /"remoteRoot"\s*:\s*"([^"]*)"/).map {
            String($0.output.1).replacing("\\\\", with: "\\")
        }
        return roots.isEmpty ? [] : [(project.display(path), roots)]
    }

    /// The text without `// …` and `/* … */`, which VS Code's files may have outside strings.
    static func withoutComments(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        var isString = false
        while let character = rest.popFirst() {
            if isString {
                result.append(character)
                if character == "\\", let escaped = rest.popFirst() {
                    result.append(escaped)
                } else if character == "\"" {
                    isString = false
                }
            } else if character == "/", rest.first == "/" {
                rest = rest.drop { !$0.isNewline }
            } else if character == "/", rest.first == "*" {
                rest = rest.firstRange(of: "*/").map { rest[$0.upperBound...] } ?? ""
            } else {
                isString = character == "\""
                result.append(character)
            }
        }
        return result
    }
}
