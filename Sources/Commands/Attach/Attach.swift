import ArgumentParser
import Diagnostics
import Tunnel

/// The bridge between a debugger on this machine and a published site.
struct Attach: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Open a local port that a debugger attaches to a published site through.",
        discussion: """
            Waits until the site, its endpoint and the debugger are up, then listens on 127.0.0.1 and carries every \
            debugger's connection through HTTPS. Without a URL, the site and the secret are those of the project's last \
            Debug publish. The secret comes from --secret-file, PTVSD_SECRET, the URL or web.debug.config, the first \
            that there is. Proxies come from HTTPS_PROXY, ALL_PROXY and NO_PROXY. Ends with Ctrl-C.

            EXAMPLES
              ptvsd-publish attach
              ptvsd-publish attach https://ptvsdemo.azurewebsites.net --port 5679
              ptvsd-publish attach wss://ptvsdemo.azurewebsites.net/ptvsd --secret-file secret.txt
              ptvsd-publish attach --check
              ptvsd-publish attach --launch-json
              ptvsd-publish attach --stdio
            """)

    @OptionGroup(title: "Site") var site: AttachOptions

    @Option(
        help: ArgumentHelp(
            "The port to listen on. Without it 5678, or the next free one if it is taken.",
            valueName: "number"))
    var port: Int?

    @Flag(help: "Speak with one debugger on standard input and output, and listen nowhere.")
    var stdio = false

    @Flag(help: "Change no byte: add no path mappings to an attach request that has none.")
    var raw = false

    @Flag(help: "Write what makes F5 in VS Code start the bridge and attach, and leave.")
    var launchJson = false

    @Flag(help: "Attach once, print which process was found, and leave.")
    var check = false

    @OptionGroup(title: "Output") var speech: SpeechOptions

    func validate() throws {
        guard (0...65_535).contains(port ?? 0) else { throw ValidationError("'\(port ?? 0)' is not a port") }
        guard [stdio, check, port != nil].count(where: { $0 }) < 2 else {
            throw ValidationError("'--stdio', '--check' and '--port' exclude each other")
        }
        guard !launchJson || !(stdio || check || raw) else {
            throw ValidationError("'--launch-json' goes together with '--port' only")
        }
        guard !stdio || speech.format == .text else {
            throw ValidationError(
                "with '--stdio', standard output is the debugger's: '--format json' has no place")
        }
    }

    /// What is said when the user ends it.
    var interruption: Diagnostic? { nil }

    func run() async throws {
        let context = Context.process
        let target = try AttachTarget(site, context: context)
        let run = AttachRun(
            target: target, mapsPaths: !raw, patience: site.timeout,
            // The variable that the site agent heeds as well.
            pingInterval: context.environment["PTVSD_PING_INTERVAL"].flatMap(Double.init)
                .flatMap { $0 > 0 ? .seconds($0) : nil },
            renew: { [site] in (try? AttachTarget(site, context: context))?.client },
            narration: AttachNarration(
                console: speech.console(context), format: speech.format, now: context.now))
        do {
            if launchJson {
                let (endpoint, mapping) = try await run.find()
                try LaunchConfiguration(
                    endpoint: endpoint, mapping: mapping, options: site, port: port ?? 5678, context: context
                ).write(speech)
            } else if check {
                try await run.check()
            } else if stdio {
                try await run.serveStandardStreams()
            } else {
                try await run.serve(ports: port.map { [$0] } ?? Array(5678..<5778))
            }
        } catch let failure as TunnelFailure {
            // What is broken off fails as well, and there is nothing to find in that.
            try Task.checkCancellation()
            throw await FailureExplanation(
                project: target.project(site, context), site: target.subject(site, context), context: context
            ).explained(failure)
        }
    }
}
