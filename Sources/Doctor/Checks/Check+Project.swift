import Destinations
import Diagnostics
import Projects
import Sites
import SystemPackage
import WebConfiguration

extension Check {
    /// The project, its hidden file, and what is remembered of its publishes.
    static let project: [Check] = [
        Check(
            "project-unreadable", .error, .badInput, in: .project,
            title: "The project cannot be read",
            looksAt: "the .pyproj or folder, its profile, and every file they name",
            meaning: """
                Nothing can be published from it, so the site keeps what an earlier publish left there.
                """,
            wayOut: "mend the line that is named; 'ptvsd-publish --list' shows what is read"
        ) { project in
            guard case .failure(let failure) = project.subject.project else { return [] }
            return failure.diagnostics.filter { $0.severity == .error }.map { Evidence($0) }
        },
        Check(
            "project-odd", .warning, in: .project,
            title: "Something in the project is probably not as it was meant",
            looksAt: "the warnings of reading the project, such as names whose case differs from the disk's",
            meaning:
                "The site may lack a file, or not find one on a server that tells upper from lower case.",
            wayOut: "change the line that is named; 'ptvsd-publish --list' shows what is read"
        ) { project in
            project.subject.readingDiagnostics.filter { $0.severity == .warning }.map { Evidence($0) }
        },
        Check(
            "never-published", .error, .badInput, in: .project,
            title: "The project was never published with a debug endpoint",
            looksAt: "what this tool remembers of the project's publishes, and the hidden file",
            meaning: "There is no secret and no endpoint, so there is nothing to attach to.",
            wayOut: "ptvsd-publish --configuration Debug --site-url https://…"
        ) { project in
            guard project.hidden == nil, project.subject.lastPublish == nil else { return [] }
            return [Evidence("'\(project.name)' has no 'web.debug.config' and was not published from here")]
        },
        Check(
            "published-without-endpoint", .error, .badInput, in: .project,
            title: "The site was last published without a debug endpoint",
            looksAt: "the configuration of the last publish",
            meaning: """
                Only a Debug publish (or '--with-debugger') adds the endpoint; any other takes it away \
                again, so that nobody gets a debugger by accident.
                """,
            wayOut: "ptvsd-publish --configuration Debug"
        ) { project in
            guard let last = project.subject.lastPublish, !last.isDebugging else { return [] }
            return [Evidence("the last publish, \(last.time), was \(last.configuration)")]
        },
        Check(
            "debug-config-missing", .error, .badInput, in: .project,
            title: "The hidden web.debug.config is gone",
            looksAt: "web.debug.config in the project's folder",
            meaning: """
                Attaching takes the secret from it. A site on Linux keeps a digest and no more, so that the secret is \
                lost; on IIS the published web.config still holds it, as 'WSGI_PTVSD_SECRET'.
                """,
            wayOut: """
                'ptvsd-publish --configuration Debug' writes it anew, with a new secret; for a site on IIS, put the \
                secret from its web.config into a file and run 'ptvsd-publish attach https://… --secret-file FILE'
                """
        ) { project in
            guard project.hidden == nil, let last = project.subject.lastPublish, last.isDebugging else {
                return []
            }
            return [Evidence("there is no 'web.debug.config' in '\(project.folderName)'")]
        },
        Check(
            "debug-config-broken", .error, .badInput, in: .project,
            title: "The hidden web.debug.config cannot be read",
            looksAt: "whether it is XML with a secret in it",
            meaning: "An edit or a bad merge broke it. The next publish would fail as well.",
            wayOut: "'ptvsd-publish doctor --fix' writes it anew; publish again afterwards"
        ) { project in
            guard let hidden = project.hidden else { return [] }
            do throws(Failure) {
                _ = try hidden.config.get().secret()
                return []
            } catch {
                return error.diagnostics.filter { $0.severity == .error }.map {
                    Evidence(
                        $0.message, at: $0.location,
                        wayOut: "'ptvsd-publish doctor --fix' writes it anew; publish again afterwards",
                        repair: .regenerate(hidden.path))
                }
            }
        },
        Check(
            "debug-config-without-endpoint", .error, .badInput, in: .project,
            title: "An edit took the debug endpoint out of web.debug.config",
            looksAt: "the handlers and processes that the hidden file brings into the site",
            meaning: """
                The file is yours since its first comment was removed, so publishing renews its secret and \
                leaves the rest alone; what it no longer adds, the site does not get.
                """,
            wayOut: "delete web.debug.config and publish again: it is written anew"
        ) { project in
            guard let hidden = project.hidden, let config = hidden.readable, let host = project.host,
                !config.isGenerated, !config.bringsEndpoint(to: host)
            else { return [] }
            return [
                Evidence(
                    "'\(hidden.name)' was edited and adds nothing at /ptvsd for \(host.title)",
                    at: .init(file: hidden.name),
                    wayOut: "rm \(hidden.name) && ptvsd-publish --configuration Debug")
            ]
        },
        Check(
            "debug-config-customised", .note, in: .project,
            title: "web.debug.config is customised",
            looksAt: "whether its first comment, the marker, still stands",
            meaning: """
                Publishing keeps your edits and renews the secret only. What newer versions of this tool \
                inject does not reach the site.
                """,
            wayOut: "delete web.debug.config and publish again to get a generated one"
        ) { project in
            guard let hidden = project.hidden, let config = hidden.readable, !config.isGenerated else {
                return []
            }
            return [
                Evidence(
                    "'\(hidden.name)' is yours: only its secret is renewed", at: .init(file: hidden.name))
            ]
        },
        Check(
            "secret-expired", .error, .notAuthorised, in: .project,
            title: "The secret has expired",
            looksAt: "the end that the hidden file names, and this machine's clock",
            meaning: """
                A secret is a password that runs code in the site; it ends after 48 hours unless you ask \
                for more.
                """,
            wayOut: "'ptvsd-publish rotate' sends a new one; '--expires 7d' makes it last"
        ) { project in
            guard let hidden = project.hidden, let expiry = hidden.readable?.expiry,
                expiry.hasPassed(at: project.subject.request.now)
            else { return [] }
            return [Evidence("the secret expired at \(expiry.text)", at: .init(file: hidden.name))]
        },
        Check(
            "debug-config-readable", .warning, in: .project,
            title: "Others on this machine may read the secret",
            looksAt: "the permissions of web.debug.config",
            meaning: "Whoever reads it can run code in the site until it expires.",
            wayOut: "chmod 600 web.debug.config"
        ) { project in
            guard let hidden = project.hidden,
                !hidden.permissions.isDisjoint(with: [.groupRead, .otherRead, .groupWrite, .otherWrite])
            else { return [] }
            let mode = String(hidden.permissions.rawValue & 0o777, radix: 8)
            return [
                Evidence(
                    "'\(hidden.name)' has mode 0\(mode)", at: .init(file: hidden.name),
                    wayOut: "chmod 600 \(hidden.name)", repair: .hideFile(hidden.path))
            ]
        },
        Check(
            "debug-config-tracked", .warning, in: .project,
            title: "Git tracks web.debug.config",
            looksAt: "git's index",
            meaning: "The secret goes wherever the repository goes, and stays in its history.",
            wayOut: "git rm -f --cached web.debug.config, add it to .gitignore, and 'ptvsd-publish rotate'"
        ) { project in
            guard let hidden = project.hidden, case .tracked(let isIgnored) = hidden.git else { return [] }
            let ignore = isIgnored ? "" : " && echo \(hidden.path.lastComponent?.string ?? "") >> .gitignore"
            return [
                Evidence(
                    "git tracks '\(hidden.name)', so the secret goes where the repository goes",
                    at: .init(file: hidden.name),
                    wayOut: "git rm -f --cached \(hidden.name)\(ignore) && ptvsd-publish rotate"
                )
            ]
        },
        Check(
            "debug-config-not-ignored", .note, in: .project,
            title: "Git does not ignore web.debug.config",
            looksAt: "the ignore rules of the repository",
            meaning: "The next 'git add .' would commit the secret.",
            wayOut: "add the line 'web.debug.config' to .gitignore; 'ptvsd-publish doctor --fix' does"
        ) { project in
            guard let hidden = project.hidden, hidden.git == .untracked else { return [] }
            return [
                Evidence(
                    "git does not ignore '\(hidden.name)', which holds the secret",
                    at: .init(file: hidden.name),
                    repair: .ignore(GitIgnoreLine(hiddenFile: hidden.path)))
            ]
        },
        Check(
            "published-secret-differs", .error, .notAuthorised, in: .project,
            title: "The published site has another secret than the project",
            looksAt: "ptvsd/settings.json in the folder that was published to last",
            meaning: "Somebody published from elsewhere, or renewed the secret with '--local'.",
            wayOut: "'ptvsd-publish rotate' gives both a new one"
        ) { project in
            switch project.deployed {
            case .other(let name): [Evidence("'\(name)' has another secret than 'web.debug.config'")]
            case .unknown, .elsewhere, .absent, .withoutConfiguration, .same: []
            }
        },
        Check(
            "published-site-tracked", .warning, in: .project,
            title: "Git tracks the published site, which holds the secret",
            looksAt: "git's index, where the site was published for IIS on this machine",
            meaning:
                "The secret in its web.config goes wherever the repository goes, and stays in its history.",
            wayOut: "git rm -r -f --cached bin/publish, add it to .gitignore, and 'ptvsd-publish rotate'"
        ) { project in
            guard let published = project.published, case .tracked = published.git,
                let finding = published.finding(project.subject.display)
            else { return [] }
            return [
                Evidence(
                    finding.message, at: finding.location,
                    wayOut: finding.hint.map { "\($0); then 'ptvsd-publish rotate'" })
            ]
        },
        Check(
            "published-site-not-ignored", .note, in: .project,
            title: "Git does not ignore the published site, which holds the secret",
            looksAt:
                "the ignore rules of the repository, where the site was published for IIS on this machine",
            meaning: "The next 'git add .' would commit the secret in its web.config.",
            wayOut: """
                add the line '/bin/publish' to .gitignore; 'ptvsd-publish doctor --fix' does, where it lies in \
                the project's folder
                """
        ) { project in
            guard let published = project.published, published.git == .untracked,
                let finding = published.finding(project.subject.display)
            else { return [] }
            return [Evidence(finding, repair: published.line.map(Repair.ignore))]
        },
        Check(
            "published-web-config-lost", .warning, .badInput, in: .project,
            title: "The published site has lost its web.config",
            looksAt: "web.config in the folder or zip that was published to last, where that was for IIS",
            meaning: """
                IIS runs the site, and its debug endpoint, by what web.config says, and the secret stands in it. \
                Something deleted the file after the publish, or wrote another one over it.
                """,
            wayOut: "ptvsd-publish --configuration Debug"
        ) { project in
            guard case .withoutConfiguration(let name) = project.deployed,
                project.subject.lastPublish?.isDebugging == true
            else { return [] }
            return [
                Evidence("'\(name)' has no 'web.config' with the secret, though it was published with one")
            ]
        },
        Check(
            "published-folder-without-endpoint", .warning, .badInput, in: .project,
            title: "The published folder has no debug endpoint any more",
            looksAt: "the settings of the endpoint in the folder or zip that was published to last",
            meaning: "Something emptied the folder, or wrote another site into it.",
            wayOut: "ptvsd-publish --configuration Debug"
        ) { project in
            guard case .absent(let name) = project.deployed, project.subject.lastPublish?.isDebugging == true,
                project.subject.request.proxy == .agent
            else { return [] }
            return [Evidence("'\(name)' holds no debug endpoint, though it was published with one")]
        },
        Check(
            "site-unknown", .warning, .badInput, in: .project,
            title: "Nobody has said where the site answers",
            looksAt: "the address of the last publish and of the publish profile",
            meaning: """
                Without it '<site>' stands in the attach URL, and nothing beyond this machine can be \
                looked at.
                """,
            wayOut: "give '--site-url https://…' here, or when publishing, which remembers it"
        ) { project in
            guard project.subject.request.siteURL == nil else { return [] }
            return [Evidence("no address is known for '\(project.name)'")]
        },
    ]
}

extension ProjectObservation.Published {
    /// What git would do with it.
    fileprivate func finding(_ display: (FilePath) -> String) -> Diagnostic? {
        git.finding(name: name, line: line, display: display)
    }
}

extension ProjectObservation {
    /// What the project is called.
    var name: String {
        (try? subject.project.get().name) ?? subject.folder.lastComponent?.string ?? subject.folder.string
    }

    /// What its folder is called.
    var folderName: String { subject.display(subject.folder) }
}
