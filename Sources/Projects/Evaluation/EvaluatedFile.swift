import Diagnostics
import SystemPackage

/// A project, profile or props file on its way through an evaluation.
struct EvaluatedFile: Equatable {
    /// Where it stands: absolute, components joined by `/`.
    var path: String
    /// How diagnostics call it: the way the user named it, or relative to that.
    var displayName: String

    /// The folder it stands in.
    var folder: String { "/" + PathText.components(path).dropLast().joined(separator: "/") }

    /// The file as a place.
    var location: Diagnostic.Location { .init(file: displayName) }

    /// Another file, found at `path`, called by its way from this one.
    ///
    /// - Parameters:
    ///   - path: Where the other file stands.
    ///   - written: How this file writes it; used when it is relative.
    /// - Returns: The other file.
    func neighbour(at path: String, written: String) -> EvaluatedFile {
        guard !PathText.isAbsolute(written) else { return EvaluatedFile(path: path, displayName: path) }
        let name = FilePath(displayName).removingLastComponent().string
        let relative = PathText.normalised(name.isEmpty ? written : "\(name)/\(written)")
        let displayName = PathText.isAbsolute(displayName) ? "/\(relative)" : relative
        return EvaluatedFile(path: path, displayName: displayName)
    }
}
