package import Diagnostics

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the site agent is told: the file `ptvsd/settings.json`, with a digest of the secret and never the secret.
package struct AgentSettings: Codable, Sendable, Hashable {
    /// The version of this format.
    package var version = 1
    /// SHA-256 of the secret in hexadecimal digits.
    package var secretSHA256: String
    /// The end of the secret: an RFC 3339 time in UTC; absent for none.
    package var expires: String?
    /// The build that was published.
    package var buildID: String
    /// The build configuration, such as `Debug`.
    package var configuration: String
    /// The host kind, as in `--host`.
    package var host: String
    /// The site's own command as arguments, `{port}` for the port and `{python}` for the agent's interpreter.
    package var command: [String]?
    /// The site's own command as one line for the shell, where a user gave it so.
    package var shell: String?
    /// Where the debugger listens.
    package var debuggerAddress: String
    /// The site's address, where known.
    package var siteURL: String?

    /// Where the file stands in a site.
    package static let path = "ptvsd/settings.json"

    /// The file's bytes: keys in order, so that the same settings are the same bytes.
    package func encoded() throws(Failure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw Failure(.failed, id: "settings-not-encoded", "'\(Self.path)' cannot be written: \(error)")
        }
    }
}
