import Sites
import Tunnel
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the endpoint says of itself, asked several times.
package struct StatusObservation: Sendable {
    let address: SiteURL
    /// The last answer of the first instance.
    var status: SiteStatus
    /// The same question on other connections.
    var others: [SiteStatus] = []
    /// What the site's own page answered where it had to be asked so that the debugger starts.
    var home: SiteAnswer?
    /// The last Debug publish of the project.
    var lastPublish: PublishMemory.Item?
    /// The instance that was asked for.
    var instance: String?
    /// What launch.json of the project maps to: name of the file → the remote folders in it.
    var mappings: [(file: String, remoteRoots: [String])] = []

    /// The instances that answered: by their names, else by the agent's process.
    var instances: [String] {
        let all = ([status] + others).map { $0.instanceID ?? $0.pid.map { "process \($0)" } ?? "" }
        return Set(all).sorted().filter { !$0.isEmpty }
    }

    /// The builds that answered.
    var builds: Set<String> { Set(([status] + others).compactMap(\.buildID)) }
}
