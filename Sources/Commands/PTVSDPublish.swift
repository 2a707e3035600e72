public import ArgumentParser

/// The program: publishes Python web projects with remote debugging enabled.
public struct PTVSDPublish: AsyncParsableCommand {
    /// Name, sub-commands and help.
    public static let configuration = CommandConfiguration(
        commandName: "ptvsd-publish",
        abstract: "Publish a Python web project so that a debugger can attach to it through HTTPS.",
        discussion: """
            EXAMPLES
              ptvsd-publish --configuration Debug --site-url https://ptvsdemo.azurewebsites.net
              ptvsd-publish --configuration Release --to site.zip
              ptvsd-publish url
              ptvsd-publish inspect --reveal

            Without a sub-command, 'publish' runs. '--configuration' is the profile's, else Release: nobody gets a \
            debugger by accident.
            """,
        version: "0.1.0",
        subcommands: [
            Publish.self, Rotate.self, URLCommand.self, Inspect.self, Serve.self, Attach.self,
            DoctorCommand.self, Transform.self, Initialize.self,
        ],
        defaultSubcommand: Publish.self
    )

    /// Creates the command; its options are those of the sub-commands.
    public init() {}
}
