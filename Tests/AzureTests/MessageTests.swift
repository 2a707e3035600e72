import Azure
import Testing

/// What servers say, and what is made of it.
struct MessageTests {
    private static let bodies: [(String, String?)] = [
        (#"{"Message": "Deployment 'x' not found."}"#, "Deployment 'x' not found."),
        (
            #"{"Message":"An error has occurred.","ExceptionMessage":"No log found.","StackTrace":"at K()"}"#,
            "No log found."
        ),
        (#"{"error": {"code": "Conflict", "message": "Site is busy"}}"#, "Site is busy"),
        (#"{"error": "invalid_client", "error_description": "AADSTS7000215: bad"}"#, "AADSTS7000215: bad"),
        (#"{"result": "ZipDeploy Validation ERROR: no space"}"#, "ZipDeploy Validation ERROR: no space"),
        (#""Path must be defined for type""#, "Path must be defined for type"),
        ("plain\r\n  text\n", "plain text"),
        ("<!DOCTYPE html><html><head><TITLE>502 - Bad\n Gateway</title></head>", "502 - Bad Gateway"),
        ("<html>nothing</html>", nil),
        (#"{"other": 1}"#, nil),
        ("", nil),
    ]

    @Test(arguments: Self.bodies)
    func `Every form of an error body is read`(body: String, text: String?) {
        #expect(ServerMessage.text(Array(body.utf8)) == text)
    }

    @Test func `A long text is cut`() {
        let text = ServerMessage.text(Array(String(repeating: "x", count: 5000).utf8))
        #expect(text?.count == 301)
    }

    private static let conflicts: [(String, DeploymentConflict)] = [
        (
            "The 'Preparing zip package' operation conflicts with the pending 'Deployment' operation started at 2026.",
            .receiving
        ),
        ("There is a deployment currently in progress. Please try again when it completes.", .deploying),
        ("An auto swap is ongoing; deployments are not allowed.", .swapping),
        ("Run-From-Zip is set to a remote URL using WEBSITE_USE_ZIP app setting.", .packageURL),
        (
            "Could not write to local resource 'D:\\home\\site\\wwwroot\\web.config' due to error 'denied'.",
            .readOnly
        ),
        ("I'm a teapot", .other),
    ]

    @Test(arguments: Self.conflicts)
    func `The five conflicts are told apart`(text: String, conflict: DeploymentConflict) {
        #expect(DeploymentConflict(text) == conflict)
    }

    @Test func `Each conflict has words of its own`() {
        #expect(Set(DeploymentConflict.allCases.map(\.reason)).count == DeploymentConflict.allCases.count)
        #expect(DeploymentConflict.allCases.filter(\.isTemporary) == [.receiving, .deploying, .swapping])
    }

    @Test func `Lines of a log are shown once, as they come`() {
        var log = DeploymentLog()
        var entries = [DeploymentLogEntry(id: "1", message: "Updating.")]
        #expect(log.newLines(in: entries) == ["Updating."])
        #expect(log.newLines(in: entries) == [])
        entries.append(DeploymentLogEntry(id: "2", message: "one\\ntwo\r\n\\n  three  ", type: 2))
        #expect(log.newLines(in: entries) == ["one", "two", "  three"])
        #expect(log.newLines(in: entries, of: "2") == ["Updating.", "one", "two", "  three"])
        #expect(log.errors.contains("two"))
        #expect(log.newLines(in: []) == [])
    }
}
