import Testing

@testable import Doctor

@Suite struct SettingsTests {
    private func settings(
        _ line: String, environment: [String: String] = [:], files: [String: String] = [:]
    ) -> GunicornSettings? {
        GunicornSettings(command: ShellWords.split(line), environment: environment) { files[$0] }
    }

    @Test func theCommandLineWinsOverEverything() throws {
        let found = try #require(
            settings(
                "exec gunicorn --timeout=5 -w3 site:app",
                environment: ["GUNICORN_CMD_ARGS": "--timeout 7 --workers 9", "WEB_CONCURRENCY": "4"],
                files: ["gunicorn.conf.py": "timeout = 9\nworkers = 8 # eight\n"]))
        #expect((found.timeout, found.workers) == (5, 3))
        #expect(found.source == "the start command")
    }

    @Test func anEnvironmentWinsOverAFile() throws {
        let found = try #require(
            settings(
                "/venv/bin/gunicorn -c conf/site.py site:app", environment: ["GUNICORN_CMD_ARGS": "-t 7"],
                files: ["conf/site.py": "timeout = 9\nworkers = 2"]))
        #expect((found.timeout, found.workers) == (7, 2))
    }

    @Test func whereNobodySaysOtherwiseTheAgentLiftsTheTimeLimit() throws {
        let found = try #require(
            settings("python -m gunicorn site:app", files: ["gunicorn.conf.py": "timeout = 9"]))
        #expect((found.timeout, found.workers, found.source) == (0, 1, "GUNICORN_CMD_ARGS"))
    }

    @Test func anotherServerIsNoGunicorn() {
        #expect(settings("python -m uvicorn gunicorn_site:app --workers 4") == nil)
    }

    @Test(
        arguments: [
            ("a  b", ["a", "b"]), ("a 'b c' \"d \\\" e\"", ["a", "b c", "d \" e"]),
            ("a\\ b ''", ["a b", ""]),
            ("", []), ("'unclosed", ["unclosed"]),
        ] as [(String, [String])])
    func wordsAreThoseOfAShell(_ line: String, _ words: [String]) {
        #expect(ShellWords.split(line) == words)
    }

    @Test(
        arguments: [
            ("00:02:00", 120), ("23:59:00", 86_340), ("1.00:00:01", 86_401), ("2:00", nil), ("a:b:c", nil),
            ("", nil),
        ] as [(String, Int?)])
    func spansOfTimeAreThoseOfIIS(_ text: String, _ seconds: Int?) {
        #expect(TimeSpan.seconds(text) == seconds)
    }

    @Test func versionsAreComparedByTheirNumbers() {
        #expect(Version("3.7.17") < Version("3.8"))
        #expect(!(Version("3.10.1") < Version("3.8")))
        #expect(Version("1.6.7.post1") < Version("1.8.21"))
        #expect(Version("1.8") == Version("1.8.0"))
    }

    @Test func commentsAreNoMappings() {
        let text = """
            { // "remoteRoot": "/a"
              "url": "http://x", /* "remoteRoot": "/b" */ "remoteRoot": "/c" }
            """
        let left = LaunchConfiguration.withoutComments(text)
        #expect(left.contains("http://x") && left.contains("/c"))
        #expect(!left.contains("/a") && !left.contains("/b"))
    }
}
