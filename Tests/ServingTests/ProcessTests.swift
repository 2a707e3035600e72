import Diagnostics
import SystemPackage
import Testing

@testable import Serving

/// What becomes of the processes that a published configuration names.
@Suite struct ProcessTests {
    struct CommandCase: Sendable {
        var program: String
        var arguments: String
        var expected: [String]
    }

    static let commands = [
        CommandCase(
            program: #"C:\Python311\python.exe"#,
            arguments: #"C:\Sites\One\run.py --port %HTTP_PLATFORM_PORT%"#,
            expected: ["{{python}}", "ROOT/run.py", "--port", "{{port}}"]),
        CommandCase(
            program: #".\env\Scripts\python.exe"#, arguments: #".\RUN.py %http_platform_port%"#,
            expected: ["{{python}}", "ROOT/run.py", "{{port}}"]),
        CommandCase(
            program: #"C:\Windows\py.exe"#, arguments: #"-3.11 "C:/Sites/One/run.py""#,
            expected: ["{{python}}", "ROOT/run.py"]),
        CommandCase(
            program: #"C:\Python311\Scripts\waitress-serve.exe"#,
            arguments: #"--listen=127.0.0.1:%HTTP_PLATFORM_PORT% app:app"#,
            expected: ["{{python}}", "-m", "waitress", "--listen=127.0.0.1:{{port}}", "app:app"]),
        CommandCase(
            program: #"%HOME%\python\python.exe"#,
            arguments: #"%HOME%\site\wwwroot\sub\tool.py --name %WHO% --x %NONE%"#,
            expected: ["{{python}}", "ROOT/sub/tool.py", "--name", "me", "--x", "%NONE%"]),
        CommandCase(
            program: #"C:\Python311\python.exe"#,
            arguments: #"C:\Sites\One\ptvsd --listen 127.0.0.1:%HTTP_PLATFORM_PORT% -- "#
                + #"C:\Python311\Scripts\waitress-serve.exe --port {port} app:app"#,
            expected: [
                "{{python}}", "ROOT/ptvsd", "--listen", "127.0.0.1:{{port}}", "--", "{{python}}", "-m",
                "waitress", "--port",
                "{port}", "app:app",
            ]),
        CommandCase(
            program: #"C:\Python311\python.exe"#,
            arguments:
                #"C:\Sites\One\ptvsd --listen 127.0.0.1:%HTTP_PLATFORM_PORT% --debugger 127.0.0.1:5678"#,
            expected: [
                "{{python}}", "ROOT/ptvsd", "--listen", "127.0.0.1:{{port}}", "--debugger",
                "127.0.0.1:{{port:5678}}",
            ]),
        CommandCase(
            program: "python", arguments: #"--config=c:\sites\one\SUB\Tool.py"#,
            expected: ["{{python}}", "--config=ROOT/sub/tool.py"]),
    ]

    @Test(arguments: commands) func `A Windows command becomes one of this machine`(_ sample: CommandCase)
        throws
    {
        let site = try SiteFolder(
            webServer: """
                <handlers><add name="Python" path="*" verb="*" modules="httpPlatformHandler"/></handlers>
                <httpPlatform processPath="\(sample.program)" arguments='\(sample.arguments)'/>
                """, settings: #"<add key="PYTHONPATH" value="C:\Sites\One"/>"#,
            ["run.py": "", "sub/tool.py": "", "ptvsd/__main__.py": ""])
        let plan = try site.plan(ServeOptions(environment: ["Who": "me", "HOME": "/home/me"])).plan
        let command = try #require(plan.platform).command.map { $0.replacing(site.path.string, with: "ROOT") }
        #expect(command == sample.expected)
    }

    @Test func `An element's limits and variables are those of the process`() throws {
        let site = try SiteFolder(
            webServer: #"""
                <handlers><add name="Python" path="*" verb="*" modules="httpPlatformHandler"/></handlers>
                <httpPlatform processPath="python.exe" arguments="D:\home\site\wwwroot\app.py" startupTimeLimit="33"
                              rapidFailsPerMinute="4">
                  <environmentVariables>
                    <environmentVariable name="PYTHONPATH" value="D:\home\site\wwwroot;D:\other\lib"/>
                    <environmentVariable name="DATA" value="D:\home\site\wwwroot\data\x.db"/>
                    <environmentVariable name="PORT" value="%HTTP_PLATFORM_PORT%"/>
                    <environmentVariable name="LOGS" value="D:\home\LogFiles"/>
                  </environmentVariables>
                </httpPlatform>
                """#)
        let (plan, messages) = try site.plan()
        let program = try #require(plan.platform)
        #expect([program.startupSeconds, program.failuresPerMinute] == [33, 4])
        #expect(
            program.environment == [
                "PYTHONPATH": site.path.string, "DATA": site.path.string + "/data/x.db", "PORT": "{{port}}",
                "LOGS": #"D:\home\LogFiles"#,
            ])
        #expect(
            messages == [
                #"site/web.config:8:44: warning: 'D:\other\lib' in 'PYTHONPATH' is not on this machine"#,
                "site/web.config:11:38: warning: 'LOGS' is a path of the server, and stays as it is",
            ])
        #expect(plan.startsAtOnce && !plan.hasEndpoint)
    }

    @Test func `FastCGI settings get this machine's paths and secrets stay out of the plan`() throws {
        let site = try SiteFolder(
            webServer: FastCGI.handler,
            settings: #"""
                <add key="WSGI_HANDLER" value="app.app"/><add key="PYTHONPATH" value="C:\Sites\One;C:\Sites\One\Sub"/>
                <add key="WSGI_LOG" value="C:\logs\w.log"/><add key="WSGI_PTVSD_SECRET" value="hush"/>
                <add key="WSGI_PTVSD_ADDRESS" value="127.0.0.1:5678"/><add key="WSGI_RESTART_FILE_REGEX" value="x"/>
                """#, ["sub/m.py": ""])
        let (plan, messages) = try site.plan()
        let application = try #require(plan.applications.first)
        let root = site.path.string
        #expect(
            application.settings == [
                "PYTHONPATH": "\(root);\(root)/sub", "WSGI_PTVSD_ADDRESS": "127.0.0.1:{{port:5678}}",
            ])
        #expect(
            (application.script, application.restartPattern, application.configuration) == (
                nil, "x", "web.config"
            ))
        #expect(!"\(plan)".contains("hush"))
        #expect(messages.isEmpty)
    }

    @Test func `A published wfastcgi is the one that runs`() throws {
        let site = try SiteFolder(
            webServer: FastCGI.handler(script: #"D:\home\site\wwwroot\bin\wfastcgi.py"#),
            ["bin/WFastCGI.py": ""])
        let application = try #require(try site.plan().plan.applications.first)
        #expect(application.script == site.path.string + "/bin/WFastCGI.py")
    }

    struct FailureCase: Sendable {
        var webServer: String
        var message: String
    }

    static let failures = [
        FailureCase(
            webServer: #"<httpPlatform processPath="C:\tools\go.exe" arguments=""/>"#,
            message:
                #"site/web.config:4:19: error: 'C:\tools\go.exe' runs on Windows only (start the site with "#
                + "python.exe, or give its command with '--host linux --start-command')"),
        FailureCase(
            webServer: #"<httpPlatform processPath="python" arguments="E:\far\run.py"/>"#,
            message:
                #"site/web.config:4:40: error: 'E:\far\run.py' is outside of the site, so it is not on this "#
                + "machine (publish it with the site, or give the command with '--host linux --start-command')"
        ),
        FailureCase(
            webServer: #"<httpPlatform arguments="run.py"/>"#,
            message: "site/web.config:4:6: error: 'httpPlatform' names no 'processPath'"),
        FailureCase(
            webServer:
                #"<handlers><add name="P" path="*" verb="*" modules="httpPlatformHandler"/></handlers>"#,
            message: "site/web.config:4:16: error: the handler 'P' has no 'httpPlatform' to start"),
        FailureCase(
            webServer: FastCGI.handler(program: #"C:\php\php-cgi.exe"#, script: ""),
            message:
                #"site/web.config:4:76: error: 'C:\php\php-cgi.exe|' is not Python with wfastcgi, which alone "#
                + "is run here ('scriptProcessor' is 'python.exe|wfastcgi.py' with their paths on the server)"
        ),
        FailureCase(
            webServer: "<modules/>",
            message:
                "site/web.config:1:2: error: 'site/web.config' has no handler for Python, neither FastCgiModule "
                + "nor httpPlatformHandler (give a start command with '--start-command', if it is not for IIS)"
        ),
    ]

    @Test(arguments: failures) func `What has no counterpart here is an error with its place`(
        _ sample: FailureCase
    ) throws {
        #expect(try SiteFolder(webServer: sample.webServer).failure() == [sample.message])
    }
}

/// Handlers of FastCGI for tests.
enum FastCGI {
    static let handler = handler()

    static func handler(
        program: String = #"C:\Python311\python.exe"#,
        script: String = #"C:\Python311\Lib\site-packages\wfastcgi.py"#
    ) -> String {
        #"<handlers><add name="Python" path="*" verb="*" modules="FastCgiModule" scriptProcessor=""#
            + "\(program)|\(script)\"/></handlers>"
    }
}
