import Destinations
import Diagnostics
import Files
import Sites
import SystemPackage
import WebConfiguration
import XMLDocumentTransform

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What there is to say about the hidden file of a project.
struct Inspection {
    let hidden: HiddenConfiguration
    let fileName: String
    let attachURL: AttachURL
    let permissions: FilePermissions
    let git: GitStatus
    let deployed: DeployedSecret
    let now: Date
    private let ignoring: Diagnostic?

    /// Looks at the hidden file, its permissions, git and the last destination.
    init(_ options: ProjectOptions, context: Context) async throws {
        hidden = try HiddenConfiguration(options, siteURL: nil, context: context)
        fileName = context.display(hidden.path)
        attachURL = try hidden.attachURL()
        permissions = FileKind.permissions(of: hidden.path) ?? []
        git = await GitStatus(of: hidden.path)
        ignoring = git.finding(
            name: fileName, line: GitIgnoreLine(hiddenFile: hidden.path), display: context.display)
        deployed = await DeployedSecret(
            hidden.lastPublish, is: attachURL.secret, state: hidden.state, display: context.display)
        now = context.now()
    }

    /// What is wrong.
    var diagnostics: [Diagnostic] {
        var found = hidden.findings(at: now).filter { $0.id == "secret-expired" }
        found += [ignoring].compactMap(\.self)
        if !permissions.isDisjoint(with: [.groupRead, .otherRead]) {
            found.append(
                .warning(
                    "debug-config-readable",
                    "others on this machine may read '\(fileName)', which holds the secret",
                    at: .init(file: fileName), hint: "'chmod 600 \(fileName)'"))
        }
        return found
    }

    /// Who may read the file.
    private var readers: String {
        let mode = String(permissions.rawValue & 0o777, radix: 8)
        let who =
            permissions.contains(.otherRead)
            ? "everybody on this machine"
            : permissions.contains(.groupRead) ? "you and your group" : "only you"
        return "\(who) (0\(mode))"
    }

    private var gitText: String {
        switch git {
        case .outside: "not in a repository"
        case .ignored: "ignored"
        case .untracked: "not ignored"
        case .tracked: "tracked"
        }
    }

    private var expiryText: String {
        switch hidden.config.expiry {
        case nil: "the file does not say when it expires"
        case .never?: "never expires"
        case .at(let date)? where date <= now:
            "expired \(LocalTime.text(date)) (\(LocalTime.distance(to: date, from: now)))"
        case .at(let date)?: "expires \(LocalTime.text(date)) (\(LocalTime.distance(to: date, from: now)))"
        }
    }

    /// The report for people.
    func text(isRevealed: Bool) -> String {
        let secret =
            isRevealed
            ? attachURL.secret.revealed : attachURL.secret.revealed.prefix(3) + "… (--reveal shows it)"
        let rows = [
            (
                "File",
                hidden.config.isGenerated
                    ? "\(fileName), written anew on each Debug publish"
                    : "\(fileName), yours: only the secret is renewed"
            ),
            ("Secret", secret), ("Holds", expiryText), ("Readable by", readers), ("Git", gitText),
            ("Deployed site", deployed.text),
            ("Attach URL", isRevealed ? attachURL.revealed : attachURL.masked),
        ].map { $0.0 + String(repeating: " ", count: 16 - $0.0.count) + $0.1 }
        let injections = hidden.config.injections.map { injection in
            let line = String(injection.element.location.line ?? 0)
            return String(repeating: " ", count: max(0, 4 - line.count)) + line + "  \(injection.transform)  "
                + "\(injection.title)\n      \(injection.purpose)"
        }
        return (rows + ["", "Line  What is done to web.config"] + injections).joined(separator: "\n")
    }

    /// The object of `--format json`.
    func object(isRevealed: Bool) -> some Encodable {
        Object(
            file: fileName, isGenerated: hidden.config.isGenerated,
            attachURL: isRevealed ? attachURL.revealed : attachURL.masked,
            expires: hidden.config.expiry?.text,
            mode: "0" + String(permissions.rawValue & 0o777, radix: 8), git: gitText,
            deployed: deployed.rawState,
            destination: hidden.lastPublish?.destination,
            injections: hidden.config.injections.map {
                .init(
                    line: $0.element.location.line ?? 0, element: $0.title, transform: $0.transform,
                    purpose: $0.purpose)
            },
            diagnostics: diagnostics.map(JSON.Finding.init))
    }

    private struct Object: Encodable {
        var file: String
        var isGenerated: Bool
        var attachURL: String
        var expires: String?
        var mode: String
        var git: String
        var deployed: String
        var destination: String?
        var injections: [Injection]
        var diagnostics: [JSON.Finding]

        struct Injection: Encodable {
            var line: Int
            var element: String
            var transform: String
            var purpose: String
        }
    }
}
