import Diagnostics
import Sites
import Tunnel

extension Check {
    /// What the endpoint says of itself.
    static let status: [Check] = [
        Check(
            "python-too-old", .error, .failed, in: .status,
            title: "The server's Python is too old for the debugger",
            looksAt: "the versions that the endpoint and the site's processes report",
            meaning: "debugpy \(DebuggerVersion.pinned.text) runs on Python 3.8 and later.",
            wayOut: """
                use a newer Python on the server, or publish with '--debugpy-version 1.6.7.post1' (Python \
                3.7)
                """
        ) { seen in
            let versions = ([seen.status.pythonVersion] + seen.status.processes.map(\.python)).compactMap(
                \.self)
            guard !seen.status.debuggerUp, let old = versions.first(where: { Version($0) < Version("3.8") })
            else {
                return []
            }
            return [Evidence("the server runs Python \(old), and the debugger is not up")]
        },
        Check(
            "debugger-not-up", .error, .unavailable, in: .status,
            title: "The debugger is not up",
            looksAt: "'debuggerUp' and the processes in the status, after a page of the site was asked for",
            meaning: """
                No Python process of the site has started the debugger: none has been started yet, or the \
                site's code fails before it could.
                """,
            wayOut: """
                open a page of the site and read its log; 'ptvsd-publish serve' runs the same files here
                """
        ) { seen in
            guard !seen.status.debuggerUp else { return [] }
            let page = seen.home.map {
                IISErrorPage($0)?.evidence ?? "the site's own page answers \($0.status)"
            }
            return [Evidence("no process has a debugger" + (page.map { "; \($0)" } ?? ""))]
        },
        Check(
            "debugger-held", .warning, in: .status,
            title: "Another session holds the debugger",
            looksAt: "the open sessions in the status",
            meaning: "debugpy serves one debugger at a time: a second one waits without a word.",
            wayOut: "detach there; publishing or 'ptvsd-publish rotate' ends every session"
        ) { seen in
            guard let session = seen.status.sessions.max(by: { $0.seconds < $1.seconds }) else { return [] }
            let more = seen.status.sessions.count > 1 ? " and \(seen.status.sessions.count - 1) more" : ""
            let place = session.remote.map { " from \($0)" } ?? ""
            return [Evidence("a session\(place) is open for \(Int(session.seconds)) s\(more)")]
        },
        Check(
            "sessions-full", .error, .unavailable, in: .status,
            title: "The endpoint takes no more sessions",
            looksAt: "the number of open sessions in the status",
            meaning: """
                It carries eight connections at a time; a debugger needs one and another for each \
                sub-process.
                """,
            wayOut: "detach the others; publishing or 'ptvsd-publish rotate' ends every session"
        ) { seen in
            guard seen.status.sessions.count >= 8 else { return [] }
            return [Evidence("\(seen.status.sessions.count) connections are open")]
        },
        Check(
            "other-build", .warning, in: .status,
            title: "The site runs another build than the project's last publish",
            looksAt: "the build in the status, and the one of the last Debug publish from here",
            meaning: """
                The last publish has not arrived or failed, somebody published from elsewhere, or several \
                instances have different builds: breakpoints are hit at other lines than you see.
                """,
            wayOut: "ptvsd-publish --configuration Debug"
        ) { seen in
            guard let last = seen.lastPublish, let build = seen.builds.first(where: { $0 != last.buildID })
            else {
                return []
            }
            return [
                Evidence(
                    "the site runs build \(build.prefix(12)), and \(last.buildID.prefix(12)) was published last"
                )
            ]
        },
        Check(
            "debugpy-version", .warning, in: .status,
            title: "The site brings an older debugpy than the tested one",
            looksAt: "the version of debugpy in the site's processes",
            meaning: """
                A debugpy among the site's own packages wins over the published one. Visual Studio warns \
                when it is older than its own, and VS Code may not get along with it.
                """,
            wayOut: """
                take debugpy out of the site's requirements.txt, or raise it there to \
                \(DebuggerVersion.pinned.text)
                """
        ) { seen in
            let pinned = DebuggerVersion.pinned.text
            guard
                let version = seen.status.processes.compactMap(\.debugpy).first(where: {
                    Version($0) < Version(pinned)
                })
            else { return [] }
            return [Evidence("the site runs debugpy \(version); \(pinned) is the tested one")]
        },
        Check(
            "path-mapping", .warning, in: .status,
            title: "The path mapping in launch.json does not match the server",
            looksAt: "'remoteRoot' in .vscode/launch.json, and the folder that the endpoint reports",
            meaning: "The debugger looks for the sources elsewhere, so breakpoints stay grey.",
            wayOut: "take 'pathMappings' out: the bridge fills it in"
        ) { seen in
            guard let root = seen.status.applicationRoot else { return [] }
            return seen.mappings.flatMap { file, remoteRoots in
                remoteRoots.filter { !Self.matches($0, root) }.map {
                    Evidence(
                        "'\(file)' maps to '\($0)', and the site's code runs in '\(root)'",
                        at: .init(file: file))
                }
            }
        },
        Check(
            "several-instances-unpinned", .warning, in: .status,
            title: "Requests reach several instances of the site",
            looksAt: "who answers the same question on several connections",
            meaning: """
                The debugger is attached to one of them, and the page you open may come from another: \
                breakpoints are hit at random.
                """,
            wayOut: """
                scale to one instance while you debug, or pin the session and your browser to one: \
                'ptvsd-publish attach --instance ID'
                """
        ) { seen in
            let instances = seen.instances
            guard seen.instance == nil, instances.count > 1 else { return [] }
            let names = instances.map { $0.hasPrefix("process") ? $0 : String($0.prefix(6)) }
            let first = instances.first { !$0.hasPrefix("process") }
            return [
                Evidence(
                    "\(instances.count) instances answered: \(names.joined(separator: ", "))",
                    wayOut: first.map {
                        "scale to one instance while you debug, or 'ptvsd-publish attach --instance \($0)' and the cookie 'ARRAffinity=\($0)' in your browser"
                    })
            ]
        },
    ]

    /// Whether a mapping's remote folder is that of the site; case and separators aside, as Windows has it.
    private static func matches(_ mapped: String, _ root: String) -> Bool {
        func normal(_ path: String) -> String {
            var path = path.replacing("\\\\", with: "/").replacing("\\", with: "/").lowercased()
            while path.count > 1, path.last == "/" { path.removeLast() }
            return path
        }
        let mapped = normal(mapped)
        return mapped == normal(root) || mapped.hasPrefix(normal(root) + "/")
    }
}
