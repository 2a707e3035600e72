import Files
package import SystemPackage
package import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Whether the site, as it was last published, still takes the secret.
package enum DeployedSecret: Equatable, Sendable {
    /// Nothing is remembered of a publish.
    case unknown
    /// It is at a place that cannot be looked into from here.
    case elsewhere(String)
    /// It is not there any more, or was never published with a debug endpoint.
    case absent(String)
    case same(String)
    case other(String)

    /// Looks at what the last publish left.
    ///
    /// - Parameters:
    ///   - publish: The publish.
    ///   - secret: What the hidden file says.
    ///   - display: How a path is written for the user.
    package init(_ publish: PublishMemory.Item?, is secret: Secret, display: (FilePath) -> String) {
        guard let publish else {
            self = .unknown
            return
        }
        let path = FilePath(publish.destination)
        let name = path.isAbsolute ? display(path) : publish.destination
        guard path.isAbsolute, path.extension?.lowercased() != "zip" else {
            self = .elsewhere(name)
            return
        }
        guard let bytes = try? FileContents.read(path.appending(FilePath(AgentSettings.path).components)),
            let settings = try? JSONDecoder().decode(AgentSettings.self, from: Data(bytes))
        else {
            self = .absent(name)
            return
        }
        self = settings.secretSHA256 == secret.digest ? .same(name) : .other(name)
    }

    /// The state for programs.
    package var rawState: String {
        switch self {
        case .unknown, .elsewhere: "unknown"
        case .absent: "absent"
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
        case .same(let name): "'\(name)' has this secret"
        case .other(let name): "'\(name)' has another secret: publish again, or 'ptvsd-publish rotate'"
        }
    }
}
