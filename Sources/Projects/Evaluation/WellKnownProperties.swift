/// What MSBuild defines without being asked.
enum WellKnownProperties {
    /// Where MSBuild keeps its extensions on a machine with Visual Studio; nothing is ever read from there.
    static let extensionsPath = #"C:\Program Files (x86)\MSBuild"#

    /// Names that project files may not set.
    static let reserved: Set<String> = [
        "msbuildprojectdirectory", "msbuildprojectdirectorynoroot", "msbuildprojectfile",
        "msbuildprojectfullpath", "msbuildprojectname", "msbuildprojectextension", "msbuildthisfile",
        "msbuildthisfiledirectory", "msbuildthisfiledirectorynoroot", "msbuildthisfileextension",
        "msbuildthisfilefullpath", "msbuildthisfilename", "msbuildtoolsversion", "msbuildbinpath",
        "msbuildstartupdirectory", "msbuildprojectdefaulttargets",
    ]

    /// The values for a project; those of the environment win where MSBuild allows it.
    static func values(
        of root: EvaluatedFile, environment: [String: String], folders: FolderIndex
    ) -> [String: String] {
        let tools = extensionsPath + #"\Current\Bin"#
        var values = [
            "MSBuildExtensionsPath": extensionsPath, "MSBuildExtensionsPath32": extensionsPath,
            "MSBuildExtensionsPath64": extensionsPath, "VisualStudioVersion": "17.0", "OS": "Unix",
            // What Microsoft.Common.targets define for every project.
            "ProjectDir": FolderIndex.joined(root.folder, ""), "ProjectName": stem(root.path),
            "ProjectPath": root.path, "ProjectFileName": PathText.name(root.path),
        ]
        values["SolutionDir"] = Solution.folder(of: root, folders).map { FolderIndex.joined($0, "") }
        let given = Set(environment.keys.map { $0.lowercased() })
        values = values.filter { !given.contains($0.key.lowercased()) }
        values["MSBuildToolsVersion"] = "Current"
        values["MSBuildAssemblyVersion"] = "17.0"
        values["MSBuildToolsPath"] = tools
        values["MSBuildBinPath"] = tools
        values["MSBuildNodeCount"] = "1"
        values["MSBuildRuntimeType"] = "Core"
        values["MSBuildStartupDirectory"] = root.folder
        for (suffix, value) in parts(of: root, directory: root.folder) {
            values["MSBuildProject" + suffix] = value
        }
        values["MSBuildProjectName"] = stem(root.path)
        return values
    }

    /// The value of a `MSBuildThisFile…` property; nil for any other name.
    static func thisFile(_ name: String, in file: EvaluatedFile) -> String? {
        let prefix = "msbuildthisfile"
        guard name.lowercased().hasPrefix(prefix) else { return nil }
        switch name.lowercased().dropFirst(prefix.count) {
        case "": return PathText.name(file.path)
        case "name": return stem(file.path)
        case let suffix:
            let directory = file.folder.hasSuffix("/") ? file.folder : file.folder + "/"
            return parts(of: file, directory: directory).first { $0.key.lowercased() == suffix }?.value
        }
    }

    private static func parts(of file: EvaluatedFile, directory: String) -> [String: String] {
        let name = PathText.name(file.path)
        return [
            "File": name, "FullPath": file.path, "Directory": directory,
            "DirectoryNoRoot": String(directory.drop { $0 == "/" }),
            "Extension": String(name.dropFirst(stem(name).count)),
        ]
    }

    /// The file name of a path without its extension.
    static func stem(_ path: String) -> String {
        let name = PathText.name(path)
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
