import Projects
import Sites
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How the debug endpoint of an earlier publish is recognised at a destination, also where nobody remembers that
/// publish: by its own two files, of which the settings must be ours.
///
/// A site that is to have no endpoint loses the whole folder then, so that Release leaves no trace.
enum DeployedEndpoint {
    /// The agent's own file.
    static let agent = "\(DebugPayload.folder)/agent.py"
    /// The largest settings that are looked at, in bytes.
    static let settingsLimit = 1 << 20

    /// Whether `settings`, read from `AgentSettings.path`, are those of an agent of ours.
    static func isOurs(settings: [UInt8]) -> Bool {
        settings.count <= settingsLimit
            && (try? JSONDecoder().decode(AgentSettings.self, from: Data(settings))) != nil
    }

    /// Whether `plan` has an endpoint itself, or files of the site's own where it would stand.
    static func isPlanned(in plan: SitePlan) -> Bool {
        plan.entries.contains { $0.file.path.components.first == DebugPayload.folder }
    }
}
