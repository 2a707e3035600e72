package import Diagnostics
package import Projects
package import Sites
package import WebConfiguration

/// Somewhere a site can be published to: a folder, a zip, a server.
package protocol PublishDestination: Sendable {
    /// What the user calls it, such as `bin/publish`.
    var name: String { get }

    /// What it is called however it was written, such as `folder:/srv/site`: the key of its manifest.
    var canonicalName: String { get }

    /// Fits what is wanted of a site's configuration to where the site will run.
    ///
    /// - Parameters:
    ///   - request: What is wanted; afterwards with what the destination knows better.
    ///   - namesSiteURL: Whether the user or the profile says where the site answers.
    /// - Throws: A `Failure` when the destination cannot be reached, or is not what the request says.
    func fit(_ request: inout ConfigurationRequest, namesSiteURL: Bool) async throws

    /// Makes sure that a site with a configuration can run there.
    ///
    /// - Parameter configuration: The configuration; afterwards without advice that the destination follows by itself.
    /// - Throws: A `Failure` when the configuration is for something else.
    func accept(_ configuration: inout SiteConfiguration) async throws

    /// Tells what the last publish put there.
    ///
    /// - Returns: Its manifest and, when that is damaged, no manifest and a warning.
    /// - Throws: A `Failure` when the destination cannot be reached.
    func previous() async throws -> (manifest: Manifest?, warning: Diagnostic?)

    /// Reads a file of the site that is published there.
    ///
    /// - Parameter path: Its path in the site.
    /// - Returns: Its bytes; nil when there is no such file.
    /// - Throws: A `Failure` when the destination cannot be reached or the file cannot be read.
    func contents(of path: SitePath) async throws -> [UInt8]?

    /// Tells what has to be sent along when only the files at `paths` are sent.
    ///
    /// - Parameter paths: What is sent.
    /// - Returns: Nothing, but for a destination that is always written whole.
    /// - Throws: A `Failure` when it cannot be read.
    func companions(of paths: Set<SitePath>) async throws -> [SiteFile]

    /// Makes the destination hold exactly `plan`, as far as it was published by this program.
    ///
    /// A dry run compares in the same way and writes nothing at all.
    ///
    /// - Parameters:
    ///   - plan: The site.
    ///   - options: How to publish it.
    ///   - observer: Is told of progress from time to time.
    /// - Returns: What was done, or would be.
    /// - Throws: A `Failure`, or `CancellationError` between two files; every file is then old or new.
    func publish(
        _ plan: SitePlan, options: PublishOptions, observer: @escaping PublishProgress.Observer
    ) async throws -> PublishReport
}

/// What holds for a destination that only keeps files.
extension PublishDestination {
    package func fit(_ request: inout ConfigurationRequest, namesSiteURL: Bool) async throws {}
    package func accept(_ configuration: inout SiteConfiguration) async throws {}
    package func companions(of paths: Set<SitePath>) async throws -> [SiteFile] { [] }
}

/// How to publish.
package struct PublishOptions: Sendable {
    /// Whether nothing is to be written.
    package var isDryRun: Bool
    /// Whether files go that are not part of the site and that this program did not put there.
    package var deletesExtraFiles: Bool
    /// What stays there, whoever put it there.
    package var protected = ProtectedPaths()
    /// Whether the plan is only a part of the site: the rest of what is there stays, and keeps its build.
    ///
    /// A zip is always written whole.
    package var isPartial: Bool
    /// How the debug endpoint is reached, for a destination that sees the site run.
    package var endpoint = EndpointAccess()
    /// The time of this publish for the manifest, in ISO 8601.
    package var time: String
    /// Is told as soon as the site is the new one, whatever fails or is interrupted after that; perhaps repeatedly.
    package var siteChanged: @Sendable () -> Void

    /// Creates options.
    package init(
        isDryRun: Bool = false, deletesExtraFiles: Bool = false, isPartial: Bool = false, time: String,
        siteChanged: @escaping @Sendable () -> Void = {}
    ) {
        self.siteChanged = siteChanged
        self.isDryRun = isDryRun
        self.deletesExtraFiles = deletesExtraFiles
        self.isPartial = isPartial
        self.time = time
    }
}

extension PublishOptions {
    /// Tells which files and folders are left alone by their paths in the site; nil when none are.
    ///
    /// An endpoint that nobody wants any more always goes: it lets people in.
    var spares: ((_ path: String, _ isFolder: Bool) -> Bool)? {
        guard !protected.isEmpty else { return nil }
        let isProtected = protected.test()
        return { path, isFolder in
            path.prefix { $0 != "/" } != DebugPayload.folder && isProtected(path, isFolder)
        }
    }
}

/// How far a publish has come.
package struct PublishProgress: Sendable, Equatable {
    /// Is told of progress; called from any thread, one call at a time.
    package typealias Observer = @Sendable (PublishProgress) -> Void

    /// How many files have been written, and how many will be.
    package var files: Int
    package var totalFiles: Int
    /// How many bytes of their contents have been read, and how many there are.
    package var bytes: Int
    package var totalBytes: Int

    /// Creates a state of progress.
    package init(files: Int, totalFiles: Int, bytes: Int, totalBytes: Int) {
        self.files = files
        self.totalFiles = totalFiles
        self.bytes = bytes
        self.totalBytes = totalBytes
    }
}
