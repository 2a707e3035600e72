import Diagnostics
import Files
import SystemPackage
import Testing
import WebConfiguration

@testable import Serving

/// What a published folder says of how it is served.
@Suite struct PlanTests {
    private func table(_ plan: ServePlan, _ folder: String = "") -> [String]? {
        plan.folders.first { $0.path == folder }?.handlers.map {
            "\($0.name): \($0.path) \($0.kind.rawValue)"
        }
    }

    @Test func `Lines of a table stand in order and files come last`() throws {
        let site = try SiteFolder(
            webServer: """
                <handlers>
                  <add name="gone" path="*" verb="*" modules="StaticFileModule"/>
                  <remove name="GONE"/>
                  <add name="ptvsd" path="ptvsd" verb="*" modules="httpPlatformHandler"/>
                  <add name="text" path="*.txt" verb="get, HEAD" modules="StaticFileModule" resourceType="File"/>
                  <add name="net" path="*.axd" verb="*" type="Some.Type"/>
                </handlers>
                \(FastCGI.handler)
                <httpPlatform processPath="python" arguments="ptvsd --listen 127.0.0.1:%HTTP_PLATFORM_PORT% --debugger x:1"/>
                """)
        let (plan, messages) = try site.plan()
        #expect(
            table(plan) == [
                "Python: * fastcgi", "ptvsd: ptvsd platform", "text: *.txt static", "net: *.axd other",
                "StaticFile: * static",
            ])
        #expect(plan.folders[0].handlers.map(\.verbs) == [[], [], ["GET", "HEAD"], [], []])
        #expect(plan.hasEndpoint && plan.platform?.name == "agent" && !plan.startsAtOnce)
        #expect(
            messages == [
                "site/web.config:9:4: warning: only IIS can run the handler 'net' (requests for '*.axd' are answered "
                    + "with 501)"
            ])
    }

    @Test func `A cleared table has no handler for files`() throws {
        let handler = FastCGI.handler.replacing("<handlers>", with: "<handlers><clear/>")
        #expect(table(try SiteFolder(webServer: handler).plan().plan) == ["Python: * fastcgi"])
    }

    @Test func `A folder's own configuration is laid over those above it`() throws {
        func config(_ section: String) -> String {
            "<configuration><system.webServer>\(section)</system.webServer></configuration>"
        }
        let site = try SiteFolder(
            webServer: FastCGI.handler + """
                <security><requestFiltering><hiddenSegments><add segment="a.db"/></hiddenSegments></requestFiltering></security>
                <httpProtocol><customHeaders><add name="X" value="1"/></customHeaders></httpProtocol>
                """,
            [
                "static/Web.Config": config("<handlers><remove name='python'/></handlers>"),
                "static/deep/web.config": config(
                    "<handlers><add name='own' path='*' verb='*' modules='StaticFileModule'/></handlers>"
                        + "<httpProtocol><customHeaders><remove name='x'/></customHeaders></httpProtocol>"
                        + "<defaultDocument><files><clear/><add value='main.html'/></files></defaultDocument>"
                        + "<staticContent><mimeMap fileExtension='.Odd' mimeType='text/odd'/></staticContent>"
                ),
                "ptvsd/_vendored/web.config": "not even XML",
            ])
        let plan = try site.plan().plan
        #expect(plan.folders.map(\.path) == ["", "static", "static/deep"])
        #expect(table(plan, "static") == ["StaticFile: * static"])
        #expect(table(plan, "static/deep") == ["own: * static", "StaticFile: * static"])
        #expect(plan.folders.map(\.headers.count) == [1, 1, 0])
        #expect(plan.folders[2].defaultDocuments == ["main.html"])
        #expect(plan.folders[2].contentTypes == [".odd": "text/odd"])
        #expect(
            plan.folders.allSatisfy {
                $0.hiddenSegments.contains("a.db") && $0.hiddenSegments.contains("web.config")
            })
    }

    @Test func `A location speaks for its folder`() throws {
        let site = try SiteFolder([
            "web.config": """
            <configuration>
              <location path="."><system.webServer>\(FastCGI.handler)</system.webServer></location>
              <location path="files/big"><system.webServer><handlers><clear/></handlers></system.webServer></location>
            </configuration>
            """
        ])
        let plan = try site.plan().plan
        #expect(table(plan) == ["Python: * fastcgi", "StaticFile: * static"])
        #expect(table(plan, "files/big") == [])
    }

    @Test func `Sections without effect are noted with their place`() throws {
        let site = try SiteFolder(
            webServer: FastCGI.handler
                + "\n    <httpErrors/>\n    <security><authentication/></security><webSocket/>")
        #expect(
            try site.plan().messages == [
                "site/web.config:5:6: note: 'httpErrors' has no effect here",
                "site/web.config:6:16: note: 'authentication' has no effect here",
            ])
    }

    @Test func `The host follows from the configuration and can be chosen`() throws {
        let linux = try SiteFolder([
            "main.py": "", "ptvsd/__main__.py": "",
            "ptvsd/settings.json": #"{"command": ["{python}", "main.py"], "buildID": "b1"}"#,
        ])
        let plan = try linux.plan().plan
        #expect(plan.platform?.command == ["{{python}}", "ptvsd", "--listen", "127.0.0.1:{{port}}"])
        #expect((plan.buildID, plan.hasEndpoint, plan.startsAtOnce) == ("b1", true, true))
        #expect(table(plan) == ["start command: * platform"])

        let shell = try linux.plan(ServeOptions(startCommand: "serve --port {port}")).plan
        #expect(shell.platform?.command == ["serve --port {{port}}"] && shell.platform?.isShell == true)
        #expect(!shell.hasEndpoint)
        #expect(
            linux.failure(ServeOptions(host: .iisFastCGI)) == [
                "site: error: 'site' has no web.config, which IIS would need (publish it for IIS, or leave out '--host')"
            ])
    }

    @Test func `A site for Linux that nobody told how to start says what to do`() throws {
        #expect(
            try SiteFolder(["main.py": ""]).failure() == [
                "site: error: nothing in 'site' says how it is started: it has no site agent (give the command, such as "
                    + "--start-command 'python -m uvicorn main:app --port $PORT')"
            ])
        for files in [["ptvsd/settings.json": "{}"], ["ptvsd/settings.json": "{"], [:]] {
            #expect(
                try SiteFolder(files.merging(["ptvsd/__main__.py": ""]) { $1 }).failure() == [
                    "site/ptvsd/settings.json: error: the site agent was not told how the site is started (publish with "
                        + "'--start-command', or give it here)"
                ])
        }
    }

    @Test func `A watch tells a new deployment from a new secret`() throws {
        let site = try SiteFolder([
            "ptvsd/__main__.py": "", "ptvsd/settings.json": #"{"shell": "run", "buildID": "1"}"#,
        ])
        let published = try PublishedSite(site.path, name: "site")
        var watch = SiteWatch(published, plan: try site.plan().plan, options: ServeOptions())
        func look(after settings: String?) throws -> String {
            if let settings {
                try write(settings, to: site)
            }
            return switch watch.look() {
            case .unchanged: "unchanged"
            case .changed(let plan, _): "changed to \(plan.buildID ?? "-")"
            case .broken(let failure): failure.diagnostics[0].id
            }
        }
        #expect(try look(after: nil) == "unchanged")
        #expect(try look(after: #"{"shell": "run", "buildID": "1", "secretSHA256": "00"}"#) == "unchanged")
        #expect(try look(after: #"{"shell": "run", "buildID": "2"}"#) == "changed to 2")
        #expect(try look(after: "{}") == "serve-command-missing")
        #expect(try look(after: nil) == "unchanged")
        #expect(try look(after: #"{"shell": "run", "buildID": "3"}"#) == "changed to 3")
    }

    private func write(_ settings: String, to site: SiteFolder) throws {
        try FileReplacement.write(
            Array(settings.utf8), to: site.path.appending("ptvsd").appending("settings.json"))
    }
}
