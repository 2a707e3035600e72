package import Diagnostics
package import Sites
package import SystemPackage
package import WebConfiguration

/// Whether the site, as it was last published, still takes the secret.
package enum DeployedSecret: Equatable, Sendable {
    /// Nothing is remembered of a publish.
    case unknown
    /// It is at a place that is not on this machine.
    case elsewhere(String)
    /// It is not there any more, or was never published with a debug endpoint.
    case absent(String)
    /// It was published for IIS, and has no `web.config` with a secret any more.
    case withoutConfiguration(String)
    case same(String)
    case other(String)

    /// Looks at what the last publish left on this machine.
    ///
    /// - Parameters:
    ///   - publish: The publish.
    ///   - secret: What the hidden file says.
    ///   - state: Where it is remembered what was published.
    ///   - display: How a path is written for the user.
    package init(
        _ publish: PublishMemory.Item?, is secret: Secret, state: StateFolder, display: (FilePath) -> String
    ) async {
        guard let publish else {
            self = .unknown
            return
        }
        let path = FilePath(publish.destination)
        guard path.isAbsolute else {
            self = .elsewhere(publish.destination)
            return
        }
        let name = display(path)
        let destination: any PublishDestination =
            path.extension?.lowercased() == "zip"
            ? ZipDestination(path, name: name, state: state)
            : FolderDestination(path, name: name, project: path, home: nil, state: state)
        guard let site = try? await DeployedSite(in: destination) else {
            self = .absent(name)
            return
        }
        guard site.hasConfiguration || HostKind(rawValue: publish.host)?.isIIS != true else {
            self = .withoutConfiguration(name)
            return
        }
        guard let digest = try? site.secretDigest() else {
            self = .absent(name)
            return
        }
        self = digest == secret.digest ? .same(name) : .other(name)
    }

    /// A warning where the site takes another secret than the one at hand.
    package var finding: Diagnostic? {
        guard case .other(let name) = self else { return nil }
        return .warning(
            "secret-not-deployed", "the site in '\(name)' has another secret",
            hint: "publish it again, or 'ptvsd-publish rotate' sends it a new one")
    }

    /// The state for programs.
    package var rawState: String {
        switch self {
        case .unknown, .elsewhere: "unknown"
        case .absent, .withoutConfiguration: "absent"
        case .same: "same"
        case .other: "other"
        }
    }

    /// The state for people.
    package var text: String {
        switch self {
        case .unknown: "not published yet"
        case .elsewhere(let name): "'\(name)' cannot be looked into from here"
        case .absent(let name): "'\(name)' has no debug endpoint"
        case .withoutConfiguration(let name): "'\(name)' has no 'web.config' with the secret: publish again"
        case .same(let name): "'\(name)' has this secret"
        case .other(let name): "'\(name)' has another secret: publish again, or 'ptvsd-publish rotate'"
        }
    }
}
