import Azure
import Destinations
import Diagnostics
import Testing

/// Which settings of a site change for a publish.
struct AzureSettingsTests {
    private func settings(
        linux: Bool = true, canChange: Bool = true, app: [String: String] = [:], command: String? = "",
        webSockets: Bool? = true
    ) -> AzureSettings {
        AzureSettings(
            isLinux: linux, canChange: canChange, app: app,
            web: command.map { SiteWebSettings(webSocketsEnabled: webSockets, appCommandLine: $0) })
    }

    private func plan(
        _ settings: AzureSettings, record: AzureRecord = AzureRecord(), _ need: AzureSettingsPlan.Need
    ) -> AzureSettingsPlan {
        AzureSettingsPlan(settings, record: record, need: need)
    }

    @Test func `Debug wraps the start command after the upload and remembers the owner's`() {
        let made = plan(settings(command: "gunicorn app:app"), .init(isDebugging: true))
        #expect(made.before == [])
        #expect(made.after == [.startCommand(from: "gunicorn app:app", to: "python ptvsd")])
        #expect(made.rememberedCommand == "gunicorn app:app")
    }

    @Test func `A second Debug changes nothing and forgets nothing`() {
        var record = AzureRecord()
        record.startCommand = "gunicorn app:app"
        let made = plan(settings(command: "python ptvsd"), record: record, .init(isDebugging: true))
        #expect(made.changes == [] && made.rememberedCommand == "gunicorn app:app")
    }

    @Test func `Release restores the start command before the upload`() {
        var record = AzureRecord()
        record.startCommand = "gunicorn app:app"
        let made = plan(settings(command: "python ptvsd"), record: record, .init(isDebugging: false))
        #expect(made.before == [.startCommand(from: "python ptvsd", to: "gunicorn app:app")])
        #expect(made.after == [] && made.rememberedCommand == nil && made.diagnostics == [])
    }

    @Test func `A start command that nobody remembers gives way to the platform's own, with a warning`() {
        let made = plan(settings(command: "python ptvsd"), .init(isDebugging: false))
        #expect(made.before == [.startCommand(from: "python ptvsd", to: "")])
        #expect(made.diagnostics.map(\.id) == ["start-command-forgotten"])
    }

    @Test func `Release leaves a start command of the owner's alone`() {
        #expect(plan(settings(command: "my own"), .init(isDebugging: false)).changes == [])
    }

    @Test func `Release is refused where the agent's start command would stay behind unseen`() {
        let blind = settings(canChange: false, command: nil)
        var record = AzureRecord()
        #expect(plan(blind, .init(isDebugging: false)).refusal == nil)
        #expect(plan(blind, .init(isDebugging: true, hadEndpoint: true)).refusal == nil)
        #expect(plan(blind, .init(isDebugging: false, hadEndpoint: true)).refusal != nil)
        record.startCommand = "gunicorn app:app"
        let refusal = plan(blind, record: record, .init(isDebugging: false)).refusal
        let hint = refusal?.diagnostics.first?.hint ?? ""
        #expect(hint.contains("az webapp config set --startup-file \"gunicorn app:app\""))
        let windows = settings(linux: false, canChange: false, command: nil)
        #expect(plan(windows, record: record, .init(isDebugging: false, hadEndpoint: true)).refusal == nil)
    }

    @Test func `The build flag is set where packages are missing and nobody decided`() {
        let need = AzureSettingsPlan.Need(isDebugging: false, needsBuild: true)
        let flag = "SCM_DO_BUILD_DURING_DEPLOYMENT"
        #expect(plan(settings(), need).before == [.appSetting(flag, from: nil, to: "true")])
        #expect(plan(settings(app: [flag: "1"]), need).changes == [])
        #expect(plan(settings(), .init(isDebugging: false)).changes == [])
        let declined = plan(settings(app: [flag: "false"]), need)
        #expect(declined.changes == [] && declined.diagnostics.map(\.id) == ["build-switched-off"])
        let unable = plan(settings(canChange: false, command: nil), need)
        #expect(unable.changes == [] && unable.diagnostics.map(\.id) == ["build-not-set"])
    }

    @Test func `Web sockets are switched on only when asked for and off`() {
        let asked = AzureSettingsPlan.Need(isDebugging: true, enablesWebSockets: true)
        let windows = ["WEBSITE_PROACTIVE_AUTOHEAL_ENABLED": "false"]
        #expect(plan(settings(linux: false, app: windows, webSockets: false), asked).before == [.webSockets])
        #expect(plan(settings(linux: false, app: windows, webSockets: true), asked).changes == [])
        let silent = plan(settings(linux: false, app: windows, webSockets: false), .init(isDebugging: true))
        #expect(silent.changes == [] && silent.diagnostics.map(\.id) == ["web-sockets-off"])
    }

    @Test func `Auto-heal is spoken of where it could strike`() {
        let made = plan(settings(linux: false), .init(isDebugging: true))
        #expect(made.changes == [] && made.diagnostics.map(\.id) == ["auto-heal"])
        #expect(plan(settings(linux: false), .init(isDebugging: false)).diagnostics == [])
    }

    @Test func `An applicationHost.xdt of the owner's is never touched`() {
        var record = AzureRecord()
        let app = ["WEBSITE_PROACTIVE_AUTOHEAL_ENABLED": "false"]
        var need = AzureSettingsPlan.Need(isDebugging: true, applicationHost: "new")
        #expect(plan(settings(linux: false, app: app), need).before == [.applicationHost(isAdded: true)])
        need.presentApplicationHost = "theirs"
        let kept = plan(settings(linux: false, app: app), need)
        #expect(kept.changes == [] && kept.diagnostics.map(\.id) == ["application-host-kept"])
        record.applicationHost = "theirs"
        #expect(
            plan(settings(linux: false, app: app), record: record, need).before == [
                .applicationHost(isAdded: true)
            ])
        need = .init(isDebugging: false, presentApplicationHost: "theirs")
        #expect(
            plan(settings(linux: false), record: record, need).before == [.applicationHost(isAdded: false)])
        #expect(plan(settings(linux: false), need).changes == [])
    }

    @Test func `Without Resource Manager the start command is the user's matter`() {
        let made = plan(settings(canChange: false, command: nil), .init(isDebugging: true))
        #expect(made.changes == [] && made.diagnostics.map(\.id) == ["start-command-not-set"])
    }

    @Test func `Running from a package is seen whatever its name`() {
        #expect(settings(app: ["WEBSITE_RUN_FROM_PACKAGE": "1"]).package == "1")
        #expect(settings(app: ["WEBSITE_RUN_FROM_ZIP": "https://x/y.zip"]).package == "https://x/y.zip")
        #expect(settings(app: ["WEBSITE_RUN_FROM_PACKAGE": "0"]).package == nil)
        #expect(settings().package == nil)
    }

    @Test func `A record survives its own form, and a damaged one counts as none`() {
        var record = AzureRecord()
        (record.deployment, record.isBuilt, record.startCommand) = ("d", true, "")
        #expect(AzureRecord(reading: record.json) == record)
        #expect(AzureRecord(reading: Array("{".utf8)) == AzureRecord())
        #expect(AzureRecord(reading: Array(#"{"version": 2, "isBuilt": true}"#.utf8)) == AzureRecord())
        #expect(AzureRecord(reading: nil) == AzureRecord())
    }

    private static let commands: [(String, String)] = [
        (
            "gunicorn --bind=0.0.0.0 --timeout 600 app:app",
            "gunicorn --bind=127.0.0.1:$PORT --timeout 600 app:app"
        ),
        ("gunicorn --bind 0.0.0.0:8000 app:app", "gunicorn --bind 127.0.0.1:$PORT app:app"),
        ("gunicorn  -b :8000 app:app", "gunicorn  -b 127.0.0.1:$PORT app:app"),
        ("gunicorn --bind unix:/tmp/x app:app", "gunicorn --bind unix:/tmp/x app:app"),
        ("gunicorn --bind 0.0.0.0:9000 app:app", "gunicorn --bind 0.0.0.0:9000 app:app"),
        ("gunicorn -b 0.0.0.0:$PORT app:app", "gunicorn -b 0.0.0.0:$PORT app:app"),
        ("python -m uvicorn main:app --port 8000", "python -m uvicorn main:app --port $PORT"),
        ("antenv/bin/uvicorn --port=8000 main:app", "antenv/bin/uvicorn --port=$PORT main:app"),
        ("gunicorn app:app", "gunicorn app:app"),
        ("python server.py --port 8000", "python server.py --port 8000"),
        ("startup.sh", "startup.sh"),
    ]

    @Test(arguments: Self.commands)
    func `A server that takes the platform's port gets the one behind the agent`(given: String, line: String)
    {
        #expect(WrappedCommand(given).line == line)
        #expect(WrappedCommand(given).isChanged == (given != line))
    }
}
