import Sites

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a publish leaves beside a site on Azure, outside of what the site serves: `data/ptvsd-publish/` below the
/// home folder.
package struct AzureRecord: Sendable, Hashable, Codable {
    /// The folder, as the SCM site names it.
    package static let folder = "data/ptvsd-publish"
    /// Where the manifest stands.
    package static let manifestPath = "\(folder)/manifest.json"
    /// Where this record stands.
    package static let path = "\(folder)/record.json"

    /// The version of the format.
    package var version = 1
    /// The server's identifier of the deployment that the manifest belongs to.
    package var deployment: String?
    /// Whether the server built the site, and so keeps other files than were sent.
    package var isBuilt = false
    /// The start command that the site had before the site agent took its place; empty for the platform's own.
    package var startCommand: String?
    /// The digest of the `applicationHost.xdt` that was put there.
    package var applicationHost: String?

    /// Creates a record of nothing.
    package init() {}

    /// Reads a record; a damaged one, or one of another version, counts as none.
    package init(reading bytes: [UInt8]?) {
        let found = bytes.flatMap { try? JSONDecoder().decode(AzureRecord.self, from: Data($0)) }
        self = found?.version == 1 ? found ?? AzureRecord() : AzureRecord()
    }

    /// The record as JSON.
    package var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }
}
