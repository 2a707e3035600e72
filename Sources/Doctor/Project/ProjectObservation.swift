import Destinations
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

/// What was seen of a project, its hidden file and its last publish.
package struct ProjectObservation: Sendable {
    let subject: ProjectSubject
    /// The hidden file; nil when there is none.
    let hidden: HiddenFile?
    /// What the last Debug publish left at its destination.
    let deployed: DeployedSecret

    /// What git would do with the secret at that destination; nil where none is on this machine.
    let published: Published?

    /// A published site on this machine that holds the secret.
    struct Published: Sendable {
        /// Its name for the user.
        var name: String
        var git: GitStatus
        /// What keeps git away from it; nil where that is up to the user.
        var line: GitIgnoreLine?
    }

    /// The hidden file as it was found.
    struct HiddenFile: Sendable {
        var path: FilePath
        /// Its name for the user.
        var name: String
        /// What it says, or why it cannot be read.
        var config: Result<WebDebugConfig, Failure>
        var permissions: FilePermissions
        var git: GitStatus

        /// What it says; nil when it cannot be read.
        var readable: WebDebugConfig? { try? config.get() }
    }

    /// Looks at the hidden file, who may read it, git, and the last destination.
    init(of subject: ProjectSubject) async {
        self.subject = subject
        guard let path = subject.hiddenFile else {
            hidden = nil
            (deployed, published) = (.unknown, nil)
            return
        }
        let name = subject.display(path)
        let config = Result { () throws(Failure) in
            try WebDebugConfig(parsing: FileContents.read(path), file: name)
        }
        hidden = HiddenFile(
            path: path, name: name, config: config, permissions: FileKind.permissions(of: path) ?? [],
            git: await GitStatus(of: path))
        if let secret = try? config.get().secret(),
            let state = try? StateFolder(environment: subject.environment)
        {
            deployed = await DeployedSecret(
                subject.lastDebugPublish, is: secret, state: state, display: subject.display)
        } else {
            deployed = .unknown
        }
        published = await Self.published(subject, deployed)
    }

    /// On IIS the site's `web.config` holds the secret; elsewhere the site has a digest of it and no more.
    private static func published(_ subject: ProjectSubject, _ deployed: DeployedSecret) async -> Published? {
        guard let last = subject.lastDebugPublish, HostKind(rawValue: last.host)?.isIIS == true else {
            return nil
        }
        switch deployed {
        case .same(let name), .other(let name):
            let path = FilePath(last.destination)
            return Published(
                name: name, git: await GitStatus(of: path),
                line: GitIgnoreLine(destination: path, in: subject.folder))
        case .unknown, .elsewhere, .absent, .withoutConfiguration: return nil
        }
    }

    /// The host that the site was last published for, else the one that its configuration points to.
    var host: HostKind? {
        subject.request.host ?? subject.lastDebugPublish.flatMap { HostKind(rawValue: $0.host) }
    }
}
