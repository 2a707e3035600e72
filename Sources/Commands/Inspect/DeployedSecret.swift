import Destinations
import Diagnostics
import Sites
import SystemPackage
import WebConfiguration

/// Whether the site, as it was last published, still takes the secret.
enum DeployedSecret: Equatable {
    /// Nothing is remembered of a publish.
    case unknown
    /// It is at a place that is not on this machine.
    case elsewhere(String)
    /// It is not there any more, or was never published with a debug endpoint.
    case absent(String)
    case same(String)
    case other(String)

    /// Looks at what the last publish left.
    init(_ hidden: HiddenConfiguration, is secret: Secret, context: Context) async {
        guard let publish = hidden.lastPublish else {
            self = .unknown
            return
        }
        let path = FilePath(publish.destination)
        guard path.isAbsolute,
            let reference = try? DestinationReference(publish.destination, context: context)
        else {
            self = .elsewhere(publish.destination)
            return
        }
        let destination = reference.open(
            projectFolder: hidden.projectFolder, state: hidden.state, connection: ConnectionOptions(),
            context: context)
        guard let digest = try? await DeployedSite(in: destination).secretDigest() else {
            self = .absent(destination.name)
            return
        }
        self = digest == secret.digest ? .same(destination.name) : .other(destination.name)
    }

    /// A warning where the site takes another secret than the one at hand.
    var finding: Diagnostic? {
        guard case .other(let name) = self else { return nil }
        return .warning(
            "secret-not-deployed", "the site in '\(name)' has another secret",
            hint: "publish it again, or 'ptvsd-publish rotate' sends it a new one")
    }

    /// The state for programs.
    var rawState: String {
        switch self {
        case .unknown, .elsewhere: "unknown"
        case .absent: "absent"
        case .same: "same"
        case .other: "other"
        }
    }

    /// The state for people.
    var text: String {
        switch self {
        case .unknown: "not published yet"
        case .elsewhere(let name): "'\(name)' cannot be looked into from here"
        case .absent(let name): "'\(name)' has no debug endpoint"
        case .same(let name): "'\(name)' has this secret"
        case .other(let name): "'\(name)' has another secret: publish again, or 'ptvsd-publish rotate'"
        }
    }
}
