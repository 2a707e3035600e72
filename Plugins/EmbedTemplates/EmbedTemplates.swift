import Foundation
import PackagePlugin

/// Embeds the folder `Templates` into the target that uses this plugin, as `EmbeddedTemplates`.
@main
struct EmbedTemplates: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = context.package.directoryURL.appending(path: "Templates", directoryHint: .isDirectory)
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedTemplates.swift")
        let prefix = folder.path(percentEncoded: false)
        var files: [String] = []
        // The folders are inputs as well: a file that is added or removed changes its folder, not another file.
        var inputs = [folder]
        for path in try FileManager.default.subpathsOfDirectory(atPath: prefix).sorted() {
            guard !path.contains("__pycache__"), !path.contains("_cache/") else { continue }
            let url = folder.appending(path: path)
            inputs.append(url)
            if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                files.append(path)
            }
        }
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) templates",
                executable: try context.tool(named: "embed-templates").url,
                arguments: [output.path(percentEncoded: false), prefix] + files,
                inputFiles: inputs,
                outputFiles: [output]
            )
        ]
    }
}
