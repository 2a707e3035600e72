import Destinations
import Diagnostics
import Files
import Sites
import SystemPackage
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A new secret for the hidden file and for what was published with the old one.
struct Rotation {
    let hidden: HiddenConfiguration
    let lifetime: Lifetime
    /// How servers are reached.
    let connection: ConnectionOptions
    /// How a site on Azure is found.
    let azure: AzureOptions
    /// Where it is told what happens meanwhile.
    let console: Console
    let context: Context
    /// Whether the report holds the secret.
    var showsSecret = true

    /// What was done.
    struct Outcome {
        var fileName: String
        var attachURL: String
        var expiry: Expiry
        var lifetime: Lifetime
        /// What the destination says; nil when nothing was sent.
        var report: PublishReport?
        var diagnostics: [Diagnostic]

        /// The report for people.
        var text: String {
            let sent = report.map { [($0.destination, $0.summary)] } ?? []
            let rows = [(fileName, "new secret, \(ExpirySentence.text(expiry, lifetime))")] + sent
            return Rows(rows).text + "\n\n" + Rows([("Attach URL", attachURL)]).text
        }

        /// The report for programs.
        var json: String {
            report?.json ?? JSON.text(Local(file: fileName, attachURL: attachURL, expires: expiry.text))
        }

        private struct Local: Encodable {
            var file: String
            var attachURL: String
            var expires: String
        }
    }

    /// Renews the secret: at the destination first, then at once here, so that a failure leaves both with the same one.
    ///
    /// - Parameter reference: Where the site was published to; nil to change the hidden file only.
    /// - Returns: What was done.
    /// - Throws: A `Failure` when a file cannot be read or written, or the destination has no debug endpoint.
    func run(_ reference: DestinationReference?) async throws -> Outcome {
        let secret = Secret()
        let now = context.now()
        let expiry = lifetime.expiry(from: now)
        let url = AttachURL(site: hidden.siteURL, secret: secret)
        let staged = PendingFile(
            try FileReplacement.stage(
                hidden.config.renewed(secret: secret, expiry: expiry), for: hidden.path, mode: .ownerReadWrite
            ))
        var outcome = Outcome(
            fileName: context.display(hidden.path), attachURL: showsSecret ? url.revealed : url.masked,
            expiry: expiry, lifetime: lifetime, report: nil,
            diagnostics: hidden.findings(at: now).filter { $0.id == "site-unknown" })
        do {
            if let reference {
                let destination = try reference.open(
                    projectFolder: hidden.projectFolder, state: hidden.state, connection: connection,
                    azure: azure, context: context, narrate: { [console] in console.progress($0) },
                    announce: { [console] in console.announcement($0) })
                let deployed = try await DeployedSite(in: destination)
                let renewed = try deployed.renewed(secret: secret, expiry: expiry)
                outcome.report = try await send(
                    renewed, with: secret, known: deployed.settings, to: destination, outcome, now
                ) { staged.commit() }
            } else {
                outcome.diagnostics += notSent(at: now)
            }
            try staged.finish()
            remember(reference, now)
        } catch {
            staged.discard()
            if staged.isCommitted {
                remember(reference, now)
                console.progress("the site has the new secret, and so has '\(outcome.fileName)'")
            }
            throw error
        }
        return outcome
    }

    /// Keeps who has the new secret; a full state folder must not fail the rotation.
    private func remember(_ reference: DestinationReference?, _ time: Date) {
        var memory = hidden.memory
        memory.secretOrigin = .init(time: time.formatted(.iso8601), destination: reference?.text)
        try? memory.write(to: hidden.state)
    }

    /// What stands in the way of the new secret where nothing was sent.
    private func notSent(at time: Date) -> [Diagnostic] {
        let missing = hidden.findings(at: time).filter { $0.id == "site-without-endpoint" }
        guard missing.isEmpty else { return missing }
        return [
            .note(
                "secret-not-sent", "a site that was published keeps its old secret",
                hint: "publish again to bring the new one there")
        ]
    }

    private func send(
        _ files: [SiteFile], with secret: Secret, known settings: AgentSettings?,
        to destination: any PublishDestination,
        _ outcome: Outcome, _ now: Date, siteChanged: @escaping @Sendable () -> Void
    ) async throws -> PublishReport {
        // Only sites with the original's proxy have no settings, and those run under FastCGI.
        let host = settings?.host ?? HostKind.iisFastCGI.rawValue
        let facts = PublishFacts(
            project: context.display(hidden.memory.project),
            configuration: settings?.configuration ?? hidden.lastPublish?.configuration ?? "Debug",
            host: host, siteURL: hidden.siteURL?.description, attachURL: outcome.attachURL,
            expires: outcome.expiry == .never ? nil : outcome.expiry.text)
        var digests = DigestMemory()
        let plan = try await SitePlan.make(
            files: files, facts: facts, isCaseSensitive: host == HostKind.linux.rawValue,
            memory: &digests)
        var options = PublishOptions(
            isPartial: true, time: now.formatted(.iso8601), siteChanged: siteChanged)
        options.endpoint.secret = secret
        var report = try await destination.publish(plan, options: options) { _ in }
        report.buildID = settings?.buildID ?? hidden.lastPublish?.buildID ?? report.buildID
        report.diagnostics += outcome.diagnostics
        return report
    }
}
