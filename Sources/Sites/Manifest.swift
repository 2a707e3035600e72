package import Diagnostics
package import Files

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a publish put at a destination: path → size and digest.
///
/// Makes publishes incremental, tells which build is deployed, and lets a later publish delete what an earlier
/// one left. A server keeps it as JSON: `{"version": 1, "buildID", "configuration", "time", "files": {PATH: "SIZE
/// SHA256"}}`, and a run under way adds its `pending` files; this machine keeps it as lines.
package struct Manifest: Sendable, Equatable {
    /// One file at the destination.
    package struct File: Sendable, Equatable {
        /// Its size in bytes.
        package var size: Int
        /// The digest of its contents.
        package var digest: ContentDigest
        /// How it looked at the destination after it was written; only local destinations know.
        package var stamp: FileStamp?

        /// Creates a file of a manifest.
        package init(size: Int, digest: ContentDigest, stamp: FileStamp? = nil) {
            self.size = size
            self.digest = digest
            self.stamp = stamp
        }
    }

    /// The version of the format that this program writes, and the only one it reads.
    package static let version = 1
    /// The contents' identifier; see `SitePlan.buildID`.
    package var buildID: String
    /// The build configuration.
    package var configuration: String
    /// When it was published, in ISO 8601.
    package var time: String
    /// What was put there.
    package var files: [String: File]
    /// What a run that has not ended, or was killed, was about to put there.
    package var pending: [String: File] = [:]
    /// The one file that holds them all, such as a zip, under a digest of everything that it is made from.
    package var container: File?
    /// Whether the destination holds the permissions that files are given; some Windows drives do not.
    package var keepsPermissions = true

    /// Creates a manifest.
    package init(buildID: String, configuration: String, time: String, files: [String: File]) {
        self.buildID = buildID
        self.configuration = configuration
        self.time = time
        self.files = files
    }
}

extension Manifest {
    /// The contents of its file.
    private struct Form: Codable {
        var version: Int
        var buildID: String
        var configuration: String
        var time: String
        var files: [String: String]
        var pending: [String: String]?
        var container: String?
        var keepsPermissions: Bool?
    }

    /// Reads a manifest.
    ///
    /// - Parameters:
    ///   - bytes: JSON.
    ///   - place: Where it was found, for the warning.
    /// - Returns: The manifest, or nil and a warning when it is damaged or of another version.
    package static func reading(_ bytes: [UInt8], from place: String) -> (Manifest?, Diagnostic?) {
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(bytes)), form.version == version,
            let files = decoded(form.files), let pending = decoded(form.pending ?? [:])
        else {
            return (nil, .damaged(place))
        }
        var manifest = Manifest(
            buildID: form.buildID, configuration: form.configuration, time: form.time, files: files)
        manifest.pending = pending
        manifest.container = form.container.flatMap(File.init(text:))
        manifest.keepsPermissions = form.keepsPermissions ?? true
        return (manifest, nil)
    }

    /// The manifest as JSON.
    package var json: [UInt8] {
        let form = Form(
            version: Self.version, buildID: buildID, configuration: configuration, time: time,
            files: files.mapValues(\.text), pending: pending.isEmpty ? nil : pending.mapValues(\.text),
            container: container?.text, keepsPermissions: keepsPermissions ? nil : false)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(form)).map(Array.init) ?? []
    }

    private static func decoded(_ texts: [String: String]) -> [String: File]? {
        var files: [String: File] = [:]
        files.reserveCapacity(texts.count)
        for (path, text) in texts {
            guard let file = File(text: text) else { return nil }
            files[path] = file
        }
        return files
    }
}

extension Manifest.File {
    /// Size, digest and, if there is one, the stamp.
    var text: String {
        "\(size) \(digest.hex)" + (stamp.map { " \($0.fields)" } ?? "")
    }

    fileprivate init?(text: String) {
        var fields = LineFields(Array("\(text)\n".utf8))
        guard fields.next(), let size = fields.number(), size >= 0, let digest = fields.digest() else {
            return nil
        }
        self.init(size: size, digest: digest)
        guard !fields.rest().isEmpty else { return }
        guard let stamp = fields.stamp(), fields.rest().isEmpty else { return nil }
        self.stamp = stamp
    }
}
