package import Diagnostics
import Files
package import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a project was last published, per profile, so that `url`, `rotate`, `attach` and `doctor` in that project
/// need no options.
package struct PublishMemory: Sendable, Equatable {
    /// One publish.
    package struct Item: Sendable, Equatable, Codable {
        /// The destination as the user wrote it, made absolute where it is a path.
        package var destination: String
        /// Where the site answers, where known.
        package var siteURL: String?
        /// The host's name, such as `iis-fastcgi`.
        package var host: String
        /// The build configuration.
        package var configuration: String
        /// The identifier of what was published.
        package var buildID: String
        /// When, in ISO 8601.
        package var time: String
        /// Whether the site got the debug endpoint.
        package var isDebugging: Bool
        /// The start command that the user gave, if one.
        package var startCommand: String?
        /// The hidden file that holds the secret; nil without a debug endpoint.
        package var hiddenFile: String?

        /// Creates the memory of one publish.
        package init(
            destination: String, siteURL: String?, host: String, configuration: String, buildID: String,
            time: String, isDebugging: Bool, startCommand: String? = nil, hiddenFile: String? = nil
        ) {
            self.destination = destination
            self.siteURL = siteURL
            self.host = host
            self.configuration = configuration
            self.buildID = buildID
            self.time = time
            self.isDebugging = isDebugging
            self.startCommand = startCommand
            self.hiddenFile = hiddenFile
        }
    }

    /// Where the project's secret comes from; the secret itself stands in the hidden file only.
    package struct SecretOrigin: Sendable, Equatable, Codable {
        /// When it was made, in ISO 8601.
        package var time: String
        /// The destination that got it; nil when it was sent nowhere.
        package var destination: String?

        /// Creates the memory of a new secret.
        package init(time: String, destination: String?) {
            self.time = time
            self.destination = destination
        }
    }

    private struct Form: Codable {
        var version = 1
        var project: String
        var profiles: [String: Item]
        var destinations: [String]?
        var secretOrigin: SecretOrigin?
    }

    /// The project's file or folder as an absolute path.
    package let project: FilePath
    private var items: [String: Item]
    /// Every destination so far: what lies there was published, and is no source.
    package private(set) var destinations: Set<String>
    /// When the last secret was made, and who got it; nil where nothing tells.
    package var secretOrigin: SecretOrigin?

    /// Reads what is remembered of `project`; a damaged file counts as none.
    package init(of project: FilePath, in state: StateFolder) {
        self.project = project
        let bytes = try? FileContents.read(state.memory(of: project))
        let form = bytes.flatMap { try? JSONDecoder().decode(Form.self, from: Data($0)) }
        let isKnown = form?.version == 1
        items = isKnown ? form?.profiles ?? [:] : [:]
        destinations = Set(isKnown ? form?.destinations ?? [] : [])
        secretOrigin = isKnown ? form?.secretOrigin : nil
    }

    /// The last publish with `profile`; nil stands for no profile.
    package subscript(profile: String?) -> Item? {
        get { items[profile ?? ""] }
        set {
            items[profile ?? ""] = newValue
            if let newValue { destinations.insert(newValue.destination) }
        }
    }

    /// The last publish of all, whatever its profile.
    package var latest: Item? { Self.latest(items.values) }

    /// The last publish that got the debug endpoint: with `profile`, or with any if none is named.
    package func latestDebugging(profile: String?) -> Item? {
        Self.latest(items.filter { $0.value.isDebugging && (profile == nil || $0.key == profile) }.values)
    }

    /// Where the project's sites answer, as far as it is known.
    package var siteURLs: Set<String> { Set(items.values.compactMap(\.siteURL)) }

    private static func latest(_ items: some Sequence<Item>) -> Item? {
        items.max { ($0.time, $0.destination) < ($1.time, $1.destination) }
    }

    /// Keeps it in the state folder, readable by its user only: a destination can hold a user name.
    ///
    /// - Throws: A `Failure` that names the file.
    package func write(to state: StateFolder) throws(Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let form = Form(
            project: project.string, profiles: items, destinations: destinations.sorted(),
            secretOrigin: secretOrigin)
        let bytes = (try? encoder.encode(form)).map(Array.init) ?? []
        try state.write(bytes, to: state.memory(of: project))
    }
}
