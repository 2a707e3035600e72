import Configuration
import Diagnostics
import Files
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A new secret for the hidden file alone.
struct LocalRotation {
    private let fileName: String
    private let attachURL: AttachURL
    private let expiry: Expiry
    private let lifetime: Lifetime
    /// What the user should know.
    let diagnostics: [Diagnostic]

    /// Writes a new secret into the hidden file; every other byte is kept.
    init(_ project: ProjectOptions, site: SiteOptions, context: Context) async throws {
        let hidden = try await HiddenConfiguration(project, siteURL: site.siteURL, context: context)
        let secret = Secret()
        lifetime = site.expires
        expiry = lifetime.expiry(from: context.now())
        try FileReplacement.write(
            hidden.config.renewed(secret: secret, expiry: expiry), to: hidden.path, mode: .ownerReadWrite)
        fileName = context.display(hidden.path)
        attachURL = AttachURL(site: hidden.siteURL, secret: secret)
        diagnostics = [
            .note(
                "secret-not-sent", "the site still has its old secret",
                hint: "publish again to bring it there")
        ]
    }

    /// The report.
    func report(showsSecret: Bool, as format: SpeechOptions.Format) -> String {
        let url = showsSecret ? attachURL.revealed : attachURL.masked
        guard format == .text else {
            return JSON.text(Result(file: fileName, attachURL: url, expires: expiry.text))
        }
        return Rows([
            (fileName, "new secret, \(ExpirySentence.text(expiry, lifetime))"), ("Attach URL", url),
        ]).text
    }

    /// The object of `--format json`.
    private struct Result: Encodable {
        var file: String
        var attachURL: String
        var expires: String
    }
}
