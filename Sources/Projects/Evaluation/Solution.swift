import Files
import SystemPackage

/// The solution that a project belongs to, as far as it matters: where it stands.
enum Solution {
    /// The nearest folder, from the project's own upwards, with a solution that names the project; nil without one.
    static func folder(of project: EvaluatedFile, _ folders: FolderIndex) -> String? {
        let name = PathText.name(project.path).lowercased()
        var components = PathText.components(project.folder)
        while true {
            let folder = "/" + components.joined(separator: "/")
            let solutions = (folders.listing(of: folder)?.names ?? []).filter { file in
                [".sln", ".slnx"].contains { file.lowercased().hasSuffix($0) }
            }
            let paths = solutions.map { FolderIndex.joined(folder, $0) }
            if paths.contains(where: { folders.kind(of: $0) == .regular && names(name, in: $0) }) {
                return folder
            }
            guard components.popLast() != nil else { return nil }
        }
    }

    private static func names(_ project: String, in solution: String) -> Bool {
        guard let bytes = try? FileContents.read(FilePath(solution), limit: 4 << 20) else { return false }
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return ["\"", "\\", "/"].contains { text.contains($0 + project) }
    }
}
