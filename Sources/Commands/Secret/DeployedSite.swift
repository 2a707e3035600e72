import Diagnostics
import Files
import Projects
import Sites
import SystemPackage
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a site that was published holds of the secret.
struct DeployedSite {
    /// What its agent was told.
    let settings: AgentSettings
    /// The files that are sent along unchanged: those of a zip, which can only be written whole.
    private let others: [SiteFile]
    private let settingsPath: SitePath
    /// The `web.config` that carries the secret, on IIS.
    private let config: (path: SitePath, bytes: [UInt8])?

    /// Looks into a destination.
    ///
    /// - Parameters:
    ///   - reference: The destination.
    ///   - name: What the user calls it.
    /// - Throws: A `Failure` when there is no site with a debug endpoint.
    init(_ reference: DestinationReference, name: String) throws {
        var files: [SiteFile]
        switch reference {
        case .folder(let folder): files = try Self.files(in: folder)
        case .zip(let path): files = try Self.files(ofZip: path, name: name)
        }
        func take(_ test: (SitePath) -> Bool) -> (path: SitePath, bytes: [UInt8])? {
            guard let index = files.firstIndex(where: { test($0.path) }),
                case .bytes(let bytes) = files[index].content
            else { return nil }
            return (files.remove(at: index).path, bytes)
        }
        guard let found = take({ $0.description == AgentSettings.path }),
            let settings = try? JSONDecoder().decode(AgentSettings.self, from: Data(found.bytes))
        else {
            throw Failure(
                .badInput, id: "not-debuggable", "'\(name)' holds no site with a debug endpoint",
                at: .init(file: name), hint: "publish in Debug first, or give '--local'")
        }
        self.settings = settings
        settingsPath = found.path
        let config = take { $0.folder == nil && $0.isWebConfig }
        if let config,
            try WebDebugConfig(parsing: config.bytes, file: config.path.description).secretSetting != nil
        {
            self.config = config
        } else {
            self.config = nil
            if case .zip = reference, let config { files.append(SiteFile(config.path, bytes: config.bytes)) }
        }
        others = files
    }

    /// The files to send, with another secret.
    func renewed(secret: Secret, expiry: Expiry) throws(Failure) -> [SiteFile] {
        var settings = settings
        settings.secretSHA256 = secret.digest
        settings.expires = expiry == .never ? nil : expiry.text
        var files = others + [SiteFile(settingsPath, bytes: try settings.encoded())]
        if let config {
            let bytes = try WebDebugConfig(parsing: config.bytes, file: config.path.description)
                .renewed(secret: secret, expiry: expiry)
            files.append(SiteFile(config.path, bytes: bytes, mode: .ownerReadWrite))
        }
        return files
    }

    private static func files(in folder: FilePath) throws -> [SiteFile] {
        var files: [SiteFile] = []
        let settings = folder.appending(FilePath(AgentSettings.path).components)
        if FileKind(of: settings) == .regular {
            files.append(SiteFile(try SitePath(AgentSettings.path), bytes: try FileContents.read(settings)))
        }
        for name in (try? Folder.names(in: folder)) ?? [] {
            guard let path = try? SitePath(name), path.isWebConfig else { continue }
            files.append(SiteFile(path, bytes: try FileContents.read(folder.appending(name))))
        }
        return files
    }

    private static func files(ofZip path: FilePath, name: String) throws -> [SiteFile] {
        let bytes = try FileContents.read(path)
        do {
            let archive = try ZipArchive(bytes, limits: .site)
            return try archive.entries.map { entry in
                let mode = entry.permissions == 0 ? nil : FilePermissions(rawValue: CModeT(entry.permissions))
                return SiteFile(try SitePath(entry.name), bytes: try archive.contents(of: entry), mode: mode)
            }
        } catch let damage as ZipArchive.Damage {
            throw Failure(
                .badInput, id: "zip-unreadable", "'\(name)' \(damage.reason)", at: .init(file: name),
                hint: "publish in Debug again")
        }
    }
}
