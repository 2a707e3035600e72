import Diagnostics
import Files
import SystemPackage
import Testing

@testable import Editors

struct VSCodeWorkspaceTests {
    @Test func `Both files are made where there are none`() throws {
        let workspace = try TemporaryWorkspace()
        #expect(try workspace.merge(workspace.attachment("web")) == [.created, .created])
        #expect(
            try workspace.text(".vscode/launch.json") == """
                {
                    "version": "0.2.0",
                    "configurations": [
                        {
                            "name": "Attach to demo.azurewebsites.net (ptvsd-publish)",
                            "type": "debugpy",
                            "request": "attach",
                            "connect": {
                                "host": "127.0.0.1",
                                "port": 5678
                            },
                            "pathMappings": [
                                {
                                    "localRoot": "${workspaceFolder}/web",
                                    "remoteRoot": "/home/site/wwwroot"
                                }
                            ],
                            "justMyCode": true,
                            "django": true,
                            "preLaunchTask": "ptvsd-publish: attach to demo.azurewebsites.net"
                        }
                    ]
                }

                """)
        let tasks = try workspace.text(".vscode/tasks.json")
        #expect(tasks.contains("\"args\": [\"attach\", \"--port\", \"5678\"]"))
        #expect(tasks.contains("\"isBackground\": true"))
        #expect(try workspace.files == ["launch.json", "tasks.json"])
    }

    @Test func `Merging again changes nothing`() throws {
        let workspace = try TemporaryWorkspace([".vscode/launch.json": "// mine\r\n{\r\n}\r\n"])
        #expect(try workspace.merge(workspace.attachment()) == [.created, .updated])
        let written = try workspace.text(".vscode/launch.json")
        #expect(try workspace.merge(workspace.attachment()) == [.unchanged, .unchanged])
        #expect(try workspace.text(".vscode/launch.json") == written)
        #expect(written.hasPrefix("// mine\r\n{\r\n    \"configurations\": [\r\n"))
    }

    @Test func `What the user changed in the entry stays, what the site changed is brought up to date`()
        throws
    {
        let workspace = try TemporaryWorkspace()
        try workspace.merge(workspace.attachment())
        let edited = try workspace.text(".vscode/launch.json")
            .replacing("\"justMyCode\": true", with: "\"justMyCode\": false /* libraries too */")
            .replacing("Attach to demo.azurewebsites.net (ptvsd-publish)", with: "Attach")
            .replacing(
                "\"localRoot\": \"${workspaceFolder}\"",
                with: "\"localRoot\": \"${workspaceFolder}\" /* ours */"
            )
            .replacing(
                "\"pathMappings\": [",
                with: "\"pathMappings\": [{\"localRoot\": \"/lib\", \"remoteRoot\": \"/x\"},")
        try workspace.write(".vscode/launch.json", edited)
        #expect(
            try workspace.merge(workspace.attachment(remoteRoot: #"C:\home\site"#)) == [.unchanged, .updated])
        #expect(
            try workspace.text(".vscode/launch.json")
                == edited.replacing("\"/home/site/wwwroot\"", with: #""C:\\home\\site""#)
                .replacing("\"Attach\"", with: "\"Attach to demo.azurewebsites.net (ptvsd-publish)\""))
    }

    @Test func `Two sites have an entry each`() throws {
        let workspace = try TemporaryWorkspace()
        var other = workspace.attachment()
        other.site = "staging.example.org"
        try workspace.merge(workspace.attachment())
        #expect(try workspace.merge(other) == [.updated, .updated])
        let launch = try workspace.text(".vscode/launch.json")
        #expect(launch.ranges(of: "\"request\": \"attach\"").count == 2)
        #expect(try workspace.merge(workspace.attachment()) == [.unchanged, .unchanged])
    }

    @Test func `A folder that is another after the next deployment is not written down`() throws {
        let workspace = try TemporaryWorkspace()
        try workspace.merge(workspace.attachment(remoteRoot: "/tmp/8db1234567890ab"))
        #expect(try !workspace.text(".vscode/launch.json").contains("pathMappings"))
        try workspace.merge(workspace.attachment())
        try workspace.merge(workspace.attachment(remoteRoot: "/tmp/8db1234567890ac"))
        #expect(
            try workspace.text(".vscode/launch.json").contains("\"remoteRoot\": \"/tmp/8db1234567890ac\""))
    }

    static let unusable: [(launch: String, message: String)] = [
        (
            "{\n  \"configurations\": [\n",
            ".vscode/launch.json:3:1: error: the end of the file stands where a value is expected"
        ),
        ("[]", ".vscode/launch.json:1:1: error: the file holds no object"),
        ("{\"configurations\": {}}", ".vscode/launch.json:1:20: error: 'configurations' is no array"),
    ]

    @Test(arguments: unusable)
    func `A file that cannot be used is left alone, and so is the other`(
        _ example: (launch: String, message: String)
    ) throws {
        let workspace = try TemporaryWorkspace([".vscode/launch.json": example.launch])
        let failure = #expect(throws: Failure.self) { try workspace.merge(workspace.attachment()) }
        #expect(failure?.reason == .badInput)
        #expect(failure?.diagnostics.count == 1)
        #expect(failure?.diagnostics.first?.description.hasPrefix(example.message) == true)
        #expect(try workspace.text(".vscode/launch.json") == example.launch)
        #expect(try workspace.files == ["launch.json"])
    }

    @Test func `Both files being unusable is said at once`() throws {
        let workspace = try TemporaryWorkspace([
            ".vscode/launch.json": "x", ".vscode/tasks.json": "{\"tasks\": 1}",
        ])
        let failure = #expect(throws: Failure.self) { try workspace.merge(workspace.attachment()) }
        #expect(
            failure?.diagnostics.compactMap(\.location?.file) == [
                ".vscode/tasks.json", ".vscode/launch.json",
            ])
    }

    @Test func `The workspace is the nearest folder with settings within the repository`() throws {
        let root = try TemporaryWorkspace([
            ".vscode/settings.json": "{}", "repository/.git/HEAD": "", "repository/site/web/app.py": "",
        ])
        let (repository, web) = (
            root.path.appending("repository"),
            root.path.appending("repository").appending("site").appending("web")
        )
        #expect(VSCodeWorkspace(of: web, home: nil).folder == web)
        try root.write("repository/.vscode/settings.json", "{}")
        #expect(VSCodeWorkspace(of: web, home: nil).folder == repository)
        #expect(VSCodeWorkspace(of: root.path.appending("elsewhere"), home: nil).folder == root.path)
        #expect(
            VSCodeWorkspace(of: root.path.appending("elsewhere"), home: root.path).folder
                == root.path.appending("elsewhere"))
    }

    @Test func `An error that the bridge prints becomes a problem, with its file where it names one`() throws
    {
        let workspace = try TemporaryWorkspace()
        try workspace.merge(workspace.attachment())
        let tasks = try JSONCDocument(Array(workspace.text(".vscode/tasks.json").utf8), file: "tasks.json")
        let matcher: [JSONCDocument.Step] = [
            .member("tasks"), .element(0), .member("problemMatcher"), .member("pattern"),
        ]
        let pattern = try Regex(#require(tasks.node(at: matcher + [.member("regexp")])?.text))
        let lines = [
            (
                "error: the site refuses the secret (publish: again)",
                ["error", "the site refuses the secret (publish: again)", "error"]
            ),
            ("a b/web.debug.config: warning: it expired", ["warning", "it expired", "a b/web.debug.config"]),
            ("web.debug.config:3:14: error: a: error: b", ["error", "a: error: b", "web.debug.config"]),
        ]
        for (line, found) in lines {
            let match = try #require(try pattern.firstMatch(in: line))
            #expect((1...3).map { match.output[$0].substring.map(String.init) } == found)
        }
        for line in ["Listening   127.0.0.1:5678", "Waking https://x: errors are told", "note: a port"] {
            #expect(try pattern.firstMatch(in: line) == nil)
        }
    }
}
