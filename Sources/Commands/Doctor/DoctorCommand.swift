import ArgumentParser
import Diagnostics
import Doctor

/// Finds out why attaching does not work.
struct DoctorCommand: SpeakingCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out why attaching does not work, and what to do.",
        discussion: """
            Looks at the project, the way to its site, and the site, in the order in which attaching can fail, and \
            stops where the cause is certain. Each finding says what was seen, what it means, and the command or \
            setting that mends it. Nothing is changed, but for what '--fix' mends on this machine: permissions, \
            .gitignore, and a web.debug.config that cannot be read any more.

            The exit code is that of the first error: 1, 65, 69 or 77; it is 0 with warnings and notes only.

            EXAMPLES
              ptvsd-publish doctor
              ptvsd-publish doctor Samples/FlaskSite --site-url https://ptvsdemo.azurewebsites.net
              ptvsd-publish doctor https://ptvsdemo.azurewebsites.net
              ptvsd-publish doctor --fix
              ptvsd-publish doctor --list
            """)

    @OptionGroup var project: ProjectOptions

    @OptionGroup(title: "Site, as given to publish") var site: SiteOptions

    @OptionGroup(title: "Access") var access: AccessOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    @OptionGroup(title: "Azure, whose switches are read") var azure: AzureOptions

    @Flag(help: "Look at the project only, and reach for no site.")
    var local = false

    @Flag(help: "Mend what is safe on this machine.")
    var fix = false

    @Flag(help: "Let '--fix' write a broken web.debug.config anew without asking.")
    var yes = false

    @Flag(help: "Show every check, and stop.")
    var list = false

    @Flag(help: "Print docs/troubleshooting.md, the guide that is made of the checks, and stop.")
    var guide = false

    @OptionGroup(title: "Output") var speech: SpeechOptions

    func validate() throws {
        guard !local || project.project.firstRange(of: "://") == nil else {
            throw ValidationError("'--local' looks at a project, and an address is none")
        }
        guard !yes || fix else { throw ValidationError("'--yes' has no meaning without '--fix'") }
    }

    /// What is said when the user ends it.
    var interruption: Diagnostic? { nil }

    func run() async throws {
        let context = Context.process
        let console = speech.console(context)
        guard !list, !guide else {
            return try console.result(
                guide ? TroubleshootingGuide.markdown : CheckList.text(as: speech.format))
        }
        let visit = try DoctorVisit(self, context: context, console: console)
        let report = try await visit.run(mending: fix, isConfirmed: yes)
        try console.result(speech.format == .json ? report.json : report.text(isQuiet: speech.quiet))
        if let cause = report.diagnosis.cause { throw ExitStatus.code(for: cause.check.reason) }
    }
}
