/// A part of what is looked at, in the order in which attaching can fail there.
package enum StageName: String, Sendable, CaseIterable, Codable {
    /// The project and its hidden file on this machine.
    case project
    /// What a Debug publish would make of them.
    case configuration
    /// From this machine to the site: name, connection, TLS, proxies.
    case way
    /// What the site answers at `/ptvsd`.
    case answer
    /// What the endpoint says of itself to the holder of the secret.
    case status
    /// Whether a web socket gets through.
    case upgrade
    /// The switches of the site in Azure.
    case switches

    /// Its heading in the guide.
    package var title: String {
        switch self {
        case .project: "The project and its hidden file"
        case .configuration: "What a Debug publish makes of the project"
        case .way: "The way to the site"
        case .answer: "What the site answers"
        case .status: "The debug endpoint"
        case .upgrade: "The web socket"
        case .switches: "The site's switches in Azure"
        }
    }
}

/// A stage with the type of what is observed there.
struct Stage<Observed: Sendable>: Sendable {
    let name: StageName
    /// What was observed; nil when the stage was not reached.
    let observed: @Sendable (Observations) -> Observed?
}
