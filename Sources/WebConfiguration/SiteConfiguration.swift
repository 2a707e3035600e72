package import Projects
package import SystemPackage

/// Everything that publishing generates for a site's configuration, computed and not yet written.
package struct SiteConfiguration: Sendable {
    /// What runs the site.
    package var host: HostKind
    /// The build configuration.
    package var configuration: String
    /// The debug endpoint; nil when the site gets none.
    package var debugging: Debugging?
    /// The configuration files of the site, which take the place of those of the project.
    package var files: [GeneratedFile]
    /// What the user has to do by hand on the server, as lines.
    package var advice: [String]

    /// The debug endpoint of a site.
    package struct Debugging: Sendable {
        /// The secret and the site.
        package var attachURL: AttachURL
        /// The end of the secret.
        package var expiry: Expiry
        /// The hidden file in the project, with its new bytes.
        package var hiddenFile: HiddenFile
        /// What the agent is told; nil where the original's proxy and debugger take its place.
        package var settings: AgentSettings?
        /// How the site's own process is started on Linux.
        package var startCommand: StartCommand?
    }

    /// The hidden `web.debug.config` as it is to be written, with mode 0600.
    package struct HiddenFile: Sendable {
        /// Its absolute path.
        package var path: FilePath
        /// Its new contents.
        package var bytes: [UInt8]
        /// Whether a user's edits were kept and only the secret was renewed.
        package var keepsEdits: Bool
    }

    /// A generated file of the site.
    package struct GeneratedFile: Sendable {
        /// Where it goes.
        package var path: SitePath
        /// Its contents.
        package var bytes: [UInt8]
        /// Whether it holds the secret, so that only its owner may read it.
        package var holdsSecret: Bool
        /// What was put in, as short phrases for people.
        package var changes: [String]
    }
}
