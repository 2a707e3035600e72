import Diagnostics
import Doctor
import Serving
import SystemPackage

/// A site while it is served.
struct ServedRun: Sendable {
    let folder: FilePath
    /// What it was unpacked from; nil where it was published as a folder.
    let archive: UnpackedArchive?
    let name: String
    var options: ServeOptions
    /// The start command that was given when the site was published.
    let rememberedCommand: String?
    /// How a user attaches to it.
    let attachment: ServedAttachment
    let console: Console
    let format: SpeechOptions.Format
    /// What tells other commands of it.
    let mark: ServingMark?

    private static let interval = Duration.milliseconds(500)

    /// Serves the site until the task is cancelled.
    func run() async throws {
        var diagnostics = DiagnosticList()
        let site = try PublishedSite(folder, name: name)
        var options = options
        if options.startCommand == nil, site.needsStartCommand(as: options.host) {
            options.startCommand = rememberedCommand
        }
        let plan = try ServePlan(site, options: options, diagnostics: &diagnostics)
        console.report(diagnostics.all)
        let narration = ServeNarration(
            plan: plan, name: name, host: site.host(as: options), attachment: attachment, console: console,
            format: format,
            findings: ConfigurationExamination.findings(in: site).map(\.diagnostic))
        let (changes, source) = AsyncStream.makeStream(of: ServePlan.self)
        let server = SiteServer(python: options.python, environment: options.environment)
        let watch = SiteWatch(site, from: archive, plan: plan, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(plan, changes: changes) { tell($0, narration) } }
            group.addTask { try await follow(watch, narration, source) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func tell(_ event: ServeEvent, _ narration: ServeNarration) {
        // Before the address is told: who reads it may attach at once.
        if case .listening(let port) = event { mark?.set(port: port) }
        narration.tell(event)
    }

    private func follow(
        _ watch: SiteWatch, _ narration: ServeNarration, _ source: AsyncStream<ServePlan>.Continuation
    ) async throws {
        var watch = watch
        while true {
            try await Task.sleep(for: Self.interval)
            switch watch.look() {
            case .unchanged: continue
            case .changed(let plan, let diagnostics):
                console.report(diagnostics)
                // Before it is told: who reads it may come at once.
                source.yield(plan)
                narration.tellChange()
            case .broken(let failure):
                console.report(failure.diagnostics)
            }
        }
    }
}
