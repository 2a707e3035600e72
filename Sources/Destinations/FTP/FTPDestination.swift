package import Diagnostics
import Files
package import Projects
package import Sites
import SystemPackage

/// A folder on an FTP server, kept up to date by contents.
package struct FTPDestination: PublishDestination {
    package let name: String
    package let canonicalName: String
    private let address: FTPAddress
    private let sources: CredentialSources
    private let connection: FTPConnectionOptions
    private let store: ManifestStore
    private let state: StateFolder

    /// Takes the folder at `address`, which need not exist.
    ///
    /// - Parameters:
    ///   - address: The folder.
    ///   - sources: Where user and password come from.
    ///   - connection: How connections are made.
    ///   - state: Where the manifest is kept.
    package init(
        _ address: FTPAddress, sources: CredentialSources, connection: FTPConnectionOptions,
        state: StateFolder
    ) {
        name = address.text
        self.address = address
        self.sources = sources
        self.connection = connection
        self.state = state
        var full = address
        // The folder after the login is the user's own.
        full.user = sources.user(of: address.host, named: address.user)
        canonicalName = "ftp:\(full.text)"
        store = ManifestStore(state: state, destination: canonicalName)
    }

    package func previous() async throws -> (manifest: Manifest?, warning: Diagnostic?) {
        store.read()
    }

    package func contents(of path: SitePath) async throws -> [UInt8]? {
        try await withWorkFolder { workFolder in
            var diagnostics = DiagnosticList()
            var (session, folder) = try await connect(workFolder, nil, ignoresCase: false, &diagnostics)
            try await folder.look(into: [path.folder?.description ?? ""], over: &session)
            guard let entry = folder.entry(path), !entry.isFolder else { return nil }
            let copy = workFolder.appending("copy")
            try await session.performAll([
                CurlOperation(
                    transfer: .download(copy), path: folder.path(path.description), name: path.description)
            ])
            return FileKind(of: copy) == nil ? [] : try FileContents.read(copy)
        }
    }

    package func publish(
        _ plan: SitePlan, options: PublishOptions, observer: @escaping PublishProgress.Observer
    ) async throws -> PublishReport {
        let start = ContinuousClock.now
        try check(plan, options)
        var diagnostics = DiagnosticList()
        let lock = options.isDryRun ? nil : try await lock(&diagnostics)
        defer { withExtendedLifetime(lock) {} }
        let (previous, warning) = store.read()
        diagnostics.add(contentsOf: [warning].compactMap(\.self))
        let files = try await withWorkFolder { workFolder in
            let comparer = FTPComparer(
                plan: plan, previous: previous, options: options,
                hostIgnoresCase: plan.facts.host.hasPrefix("iis"))
            var (session, folder) = try await connect(
                workFolder, lock, ignoresCase: comparer.hostIgnoresCase, listing: comparer.expectedFolders,
                &diagnostics)
            let comparison = try await comparer.compare(&folder, over: &session)
            if !options.isDryRun {
                var update = FTPUpdate(
                    plan: plan, comparison: comparison, previous: previous, options: options, store: store,
                    folder: folder, session: session, observer: observer)
                try await update.apply(&diagnostics)
            }
            return comparison.report
        }
        let (seconds, rest) = (ContinuousClock.now - start).components
        return PublishReport(
            plan, to: name, files: files, diagnostics: diagnostics.all,
            seconds: Double(seconds) + Double(rest) * 1e-18)
    }

    private func check(_ plan: SitePlan, _ options: PublishOptions) throws {
        guard !options.deletesExtraFiles || !plan.entries.isEmpty else {
            throw Failure(
                .badInput, id: "destination-refused", "an empty site would delete everything in '\(name)'",
                hint: "check what belongs to the project, or publish without --delete-extra")
        }
        let odd = plan.entries.filter { !FTPPath.isSendable($0.name) }
        guard odd.isEmpty else {
            throw Failure(
                .badInput,
                odd.map {
                    .error(
                        "name-not-sendable",
                        "'\($0.name.filter { $0.isASCII && !$0.isNewline })' has a control character in its name, which FTP cannot send",
                        hint: "rename it, or publish to a zip")
                })
        }
    }

    /// Takes the lock; a `curl` that outlived its killed publish is given a moment to end.
    private func lock(_ diagnostics: inout DiagnosticList) async throws -> FileLock? {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            do {
                return try store.lock(name, &diagnostics)
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    // MARK: Connecting

    /// Logs in and lists the site's folder, and those below it that are likely to be there.
    func connect(
        _ workFolder: FilePath, _ lock: FileLock?, ignoresCase: Bool, listing expected: [String] = [],
        _ diagnostics: inout DiagnosticList
    ) async throws -> (FTPSession, FTPFolder) {
        let credentials = try await sources.credentials(for: address.host, user: address.user)
        guard FTPPath.isSendable(credentials.user), FTPPath.isSendable(credentials.password.revealed),
            !credentials.user.contains(":")
        else {
            throw Failure(
                .badInput, id: "credentials-not-sendable",
                "user or password hold characters that FTP cannot send",
                hint: "a user has no colon, and neither has a line break")
        }
        var session = FTPSession(
            configuration: CurlConfiguration(
                address: address, credentials: credentials,
                encryption: address.isImplicit ? .implicit : .explicit, connection: connection,
                authorities: try connection.authorities.told(in: workFolder)),
            program: CurlProgram(lock: lock), workFolder: workFolder)
        var folder = FTPFolder(address, ignoresCase: ignoresCase)
        let folders = [""] + expected
        let mayBePlain = address.scheme == "ftp" && (address.isLoopback || connection.allowsPlain)
        do {
            try await folder.look(into: folders, over: &session)
        } catch let failure as Failure {
            let id = failure.diagnostics.first?.id
            if id == "tls-failed" {
                session.configuration.avoidsNewestTLS = false
            } else if id == "ftp-without-tls", mayBePlain {
                diagnostics.add(
                    .warning(
                        "ftp-in-the-clear",
                        "'\(address.host)' offers no TLS: the password and the site are sent in the clear",
                        hint: "switch on TLS on the server"))
                session.configuration.encryption = .none
            } else {
                throw failure
            }
            try await folder.look(into: folders, over: &session)
        }
        if !folder.exists {
            // There is no such folder yet, or no such command.
            session.configuration.listing = .human
            try await folder.look(into: folders, over: &session, again: true)
            if !folder.exists, !session.lacksMachineListings { session.configuration.listing = .machine }
        }
        return (session, folder)
    }

    private func withWorkFolder<Result>(_ work: (FilePath) async throws -> Result) async throws -> Result {
        try await PrivateFolder.during(in: state.path.appending("sending"), work)
    }
}
