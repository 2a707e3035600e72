import SystemPackage

extension VSCodeAttachment {
    /// The entry of `launch.json` in a folder that the editor has open.
    func configuration(in workspace: FilePath) -> OwnedEntry {
        var fields: [OwnedEntry.Field] = [
            .always("name", .string(configurationName)),
            .always("type", "debugpy"),
            .always("request", "attach"),
            .always("connect", ["host": "127.0.0.1", "port": .integer(port)]),
            OwnedEntry.Field(
                name: "pathMappings",
                value: [["localRoot": .string(local(in: workspace)), "remoteRoot": .string(remoteRoot)]],
                kind: isRemoteRootTemporary ? .ifPresent : .always, elementKey: "localRoot"),
            .initially("justMyCode", true),
        ]
        if let templates { fields.append(.initially(templates.rawValue, true)) }
        fields.append(.always("preLaunchTask", .string(taskLabel)))
        return OwnedEntry(
            fields: fields, identity: [("name", configurationName), ("preLaunchTask", taskLabel)])
    }

    /// The entry of `tasks.json` in a folder that the editor has open.
    func task(in workspace: FilePath) -> OwnedEntry {
        OwnedEntry(
            fields: [
                .always("label", .string(taskLabel)),
                .always("type", "process"),
                .initially("command", .string(program)),
                .always("args", .array(arguments.map(JSONValue.string))),
                .always("options", ["cwd": .string(local(in: workspace))]),
                .always("isBackground", true),
                .initially(
                    "presentation",
                    ["reveal": "silent", "panel": "dedicated", "clear": true, "showReuseMessage": false]),
                .always("problemMatcher", Self.problemMatcher),
            ],
            identity: [("label", taskLabel)])
    }

    /// The local root as the editor's files name it.
    private func local(in workspace: FilePath) -> String {
        var relative = localRoot
        guard localRoot != workspace else { return "${workspaceFolder}" }
        return relative.removePrefix(workspace) ? "${workspaceFolder}/\(relative)" : localRoot.string
    }

    /// How the editor reads what the bridge prints.
    ///
    /// It attaches once a line matches `endsPattern`. It takes no notice of a background task's exit code, but asks
    /// before it goes on when there is an error among the problems, which is why every error is to become one. A problem
    /// without a file is dropped: where an error names none, its first word stands in.
    private static let problemMatcher: JSONValue = [
        "owner": "ptvsd-publish",
        "source": "ptvsd-publish",
        "fileLocation": ["relative", "${workspaceFolder}"],
        "pattern": [
            "regexp": "^(?=(?:.*?: )??(error|warning): (.*)$)(.+?)(?::\\d+:\\d+)?: ",
            "kind": "file",
            "severity": 1,
            "message": 2,
            "file": 3,
        ],
        "background": [
            "activeOnStart": true,
            "beginsPattern": .string(BridgeLines.begins),
            "endsPattern": .string(BridgeLines.ends),
        ],
    ]
}

/// The lines of the bridge that an editor waits for, as regular expressions.
package enum BridgeLines {
    /// The first line: the site is being asked.
    package static let begins = "^Asking  "
    /// The line that says where the bridge listens.
    package static let ends = "^127\\.0\\.0\\.1:\\d+\\s*$"
}
