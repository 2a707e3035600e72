package import SystemPackage

/// The line of a `.gitignore` that keeps git away from what holds a secret.
package struct GitIgnoreLine: Sendable, Hashable {
    /// The `.gitignore`.
    package let list: FilePath
    /// What it is to say.
    package let text: String

    /// The line for the hidden file, in the list beside it: its name says enough anywhere.
    package init(hiddenFile: FilePath) {
        list = hiddenFile.removingLastComponent().appending(".gitignore")
        text = hiddenFile.lastComponent?.string ?? WebDebugConfig.fileName
    }

    /// The line for a published folder or zip, in the list of the project; nil where no such list can name it.
    ///
    /// - Parameters:
    ///   - destination: The folder or zip. Absolute.
    ///   - project: The folder of the project. Absolute.
    package init?(destination: FilePath, in project: FilePath) {
        var relative = destination.lexicallyNormalized()
        guard relative.removePrefix(project.lexicallyNormalized()), !relative.isEmpty,
            !relative.string.contains(where: \.isNewline)
        else { return nil }
        list = project.appending(".gitignore")
        // In a pattern, these stand for others (gitignore(5)), and a space at its end for nothing.
        var pattern = relative.string.replacing(/[\\*?\[]/) { "\\\($0.output)" }
        if pattern.hasSuffix(" ") { pattern = "\(pattern.dropLast())\\ " }
        text = "/\(pattern)"
    }
}
