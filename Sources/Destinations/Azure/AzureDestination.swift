package import Azure
package import Diagnostics
package import Projects
package import Sites
import WebConfiguration

/// A site of Azure App Service, published to through its SCM site (Kudu).
package struct AzureDestination: PublishDestination {
    /// The folder that the site is served from, as the SCM site names it.
    static let root = "site/wwwroot"

    package let name: String
    package let canonicalName: String
    /// The connection to the site.
    package let connection: AzureConnection
    /// What is to be done beyond sending files.
    private let deployment: AzureDeployment

    /// Takes a site.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - connection: How it is reached.
    ///   - deployment: What is to be done beyond sending files.
    package init(_ site: AzureSite, over connection: AzureConnection, deployment: AzureDeployment) {
        name = site.description
        canonicalName = site.description.lowercased()
        self.connection = connection
        self.deployment = deployment
    }

    package func previous() async throws -> (manifest: Manifest?, warning: Diagnostic?) {
        guard let file = try await connection.session().kudu.file(AzureRecord.manifestPath) else {
            return (nil, nil)
        }
        return Manifest.reading(file.bytes, from: AzureRecord.manifestPath)
    }

    package func contents(of path: SitePath) async throws -> [UInt8]? {
        if let file = try await connection.session().kudu.file("\(Self.root)/\(path)") { return file.bytes }
        guard try await !connection.record().isBuilt else { throw Failure(builtSite: name) }
        return nil
    }

    /// Whether the site, as far as its files tell, takes `secret`.
    private func has(_ secret: Secret?) async -> Bool {
        guard let secret else { return false }
        return (try? await DeployedSite(in: self).secretDigest()) == secret.digest
    }

    package func publish(
        _ plan: SitePlan, options: PublishOptions, observer: @escaping PublishProgress.Observer
    ) async throws -> PublishReport {
        let start = ContinuousClock.now
        var diagnostics = DiagnosticList()
        let (manifest, warning) = try await previous()
        diagnostics.add(contentsOf: [warning].compactMap(\.self))
        let session = try await connection.session()
        var settings = try await connection.settings()
        settings.app[AzureSettings.build] = settings.app[AzureSettings.build] ?? plan.buildSetting
        var publish = AzurePublish(
            name: name, plan: plan, options: options, deployment: deployment, session: session,
            settings: settings, record: try await connection.record(),
            manifest: manifest, web: connection.web, narrate: connection.tell)
        // Files that belong together are all replaced, or none.
        let files =
            options.isPartial
            ? try await InterruptionGate.holding { try await run(&publish, observer) }
            : try await run(&publish, observer)
        diagnostics.add(contentsOf: publish.diagnostics)
        let (seconds, rest) = (ContinuousClock.now - start).components
        return PublishReport(
            plan, to: name, files: files, diagnostics: diagnostics.all,
            seconds: Double(seconds) + Double(rest) * 1e-18)
    }
}

extension AzureDestination {
    /// Does a publish; what fails half-way may bring the new secret there all the same.
    private func run(
        _ publish: inout AzurePublish, _ observer: @escaping PublishProgress.Observer
    ) async throws -> [PublishReport.File] {
        let options = publish.options
        do {
            return options.isPartial
                ? try await publish.replaceFiles(observer: observer)
                : try await publish.run(observer: observer)
        } catch let failure as Failure {
            if publish.isBegun {
                try? await InterruptionGate.holding {
                    if await has(options.endpoint.secret) { options.siteChanged() }
                }
            }
            throw failure
        }
    }
}

extension Failure {
    /// The failure to reach a single file of a site that the server keeps packed.
    init(builtSite name: String) {
        self.init(
            .failed, id: "site-built",
            "'\(name)' was built on the server, which keeps its files packed, so that no single one can be replaced",
            hint: "publish in Debug again, which makes a new secret as well")
    }
}
