import ArgumentParser
import Diagnostics
import Doctor
import Files
import Projects
import SystemPackage
import Tunnel
import WebConfiguration

/// What a user wants to attach to: the endpoint, and the files the debugger is to show.
struct AttachTarget: Sendable {
    /// The endpoint, reached as the user wants it.
    let client: EndpointClient
    /// The folder of the project; nil where there is none.
    let localRoot: FilePath?
    /// What stands in the way of attaching, as far as the project knows.
    let findings: [Diagnostic]

    /// Puts together what the options, the environment, the URL and the project say.
    ///
    /// - Parameters:
    ///   - options: What the user says.
    ///   - context: The world around.
    /// - Throws: A `Failure` when there is no site or no secret, or the secret would travel in clear.
    init(_ options: AttachOptions, context: Context) throws {
        let reference = try options.url.map { text throws(Failure) in try Self.reference(text) }
        let override = try Secret.given(file: options.secretFile, context)
        let given = override?.secret ?? reference?.secret
        let named = reference?.site ?? options.siteURL.flatMap(SiteURL.init)
        var hidden: HiddenConfiguration?
        do {
            hidden = try HiddenConfiguration(
                Self.project(options), siteURL: options.siteURL, context: context)
        } catch {
            // Without the project's help there must be enough to go on.
            guard options.project == nil, let named else { throw error }
            guard given != nil else { throw TunnelFailure(.secretMissing, at: named.host).failure }
        }
        guard let site = named ?? hidden?.siteURL ?? hidden?.servedHere else {
            throw Failure(
                .badInput, id: "attach-site-unknown", "nobody has said where the site answers",
                hint: "give its address here, as in 'ptvsd-publish attach https://…', or when publishing")
        }
        if reference?.isPlain == true, !site.isLoopback, !options.insecure {
            throw TunnelFailure(.plaintext, at: site.host).failure
        }
        var endpoint = Endpoint(
            site: site, secret: try given ?? hidden?.secret(for: site),
            allowsPlaintext: options.insecure && (reference?.isPlain ?? (site.scheme == "http")))
        endpoint.secretSource = override?.source ?? (reference?.secret == nil ? nil : "the URL given")
        endpoint.secretOrigin = given == nil ? hidden?.secretOrigin(context) : nil
        endpoint.instance = options.instance
        endpoint.process = options.process ?? reference?.process
        do throws(TunnelFailure) {
            client = try EndpointClient(
                endpoint, caFile: options.caFile.map(context.absolute), environment: context.environment)
        } catch {
            throw error.failure
        }
        findings =
            given == nil && reference == nil
            // Whether the secret has expired is the site's to say, and said once.
            ? hidden?.findings(at: context.now()).filter {
                !["site-unknown", "secret-expired"].contains($0.id)
            }
                ?? [] : []
        localRoot = try hidden?.path.removingLastComponent() ?? Self.folder(options, context)
    }

    private static func reference(_ text: String) throws(Failure) -> AttachReference {
        guard let reference = AttachReference(text) else {
            // What follows a secret is shown, the secret never.
            let isPerhapsSecret = text.count > 20 && Secret(text) != nil
            let shown = text.lastIndex(of: "@").map { "…" + text[$0...] } ?? (isPerhapsSecret ? "…" : text)
            throw Failure(
                .badInput, id: "attach-url", "'\(shown)' is no address of a site",
                hint:
                    "it is of the form wss://[secret@]host/ptvsd, or https://host; '--project' names a project"
            )
        }
        return reference
    }

    /// The options of the project, as the commands that take one as their argument have them.
    private static func project(_ options: AttachOptions) throws -> ProjectOptions {
        try ProjectOptions.parse(
            [options.project ?? "."] + (options.profile.map { ["--profile=\($0)"] } ?? []))
    }

    /// The folder that the user means or stands in, if it is one of Python code.
    private static func folder(_ options: AttachOptions, _ context: Context) throws -> FilePath? {
        let location = try? ProjectLocator.locate(
            FilePath(options.project ?? "."), currentFolder: context.currentFolder)
        guard let location else { return nil }
        let names = (try? Folder.names(in: location.folder)) ?? []
        return names.contains { $0.hasSuffix(".py") || $0.hasSuffix(".pyproj") } ? location.folder : nil
    }
}

extension AttachTarget {
    /// The project as the doctor looks at it; nil where an address alone was given, or there is none.
    func project(_ options: AttachOptions, _ context: Context) -> ProjectSubject? {
        guard options.url == nil || options.project != nil, let project = try? Self.project(options),
            let site = try? SiteOptions.parse(["--site-url", client.endpoint.site.description])
        else { return nil }
        return try? ProjectSubject(project, site: site, context: context)
    }

    /// The site as the doctor looks at it.
    ///
    /// - Parameters:
    ///   - options: What the user says.
    ///   - context: The world around.
    /// - Returns: The same endpoint, reached in the same way.
    func subject(_ options: AttachOptions, _ context: Context) -> SiteSubject {
        var subject = SiteSubject(
            address: client.endpoint.site, secret: client.endpoint.secret,
            caFile: options.caFile.map(context.absolute), environment: context.environment)
        subject.allowsPlaintext = options.insecure
        subject.instance = options.instance
        return subject
    }
}
