import Diagnostics
import Tunnel
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tells what happens while the bridge is made and used: the address on standard output, everything else beside it.
struct AttachNarration: Sendable {
    let console: Console
    let format: SpeechOptions.Format
    let now: @Sendable () -> Date

    /// Tells findings.
    func report(_ findings: [Diagnostic]) {
        console.report(findings)
    }

    /// Tells a step of the waiting.
    func tell(_ step: Readiness.Step, _ endpoint: Endpoint) {
        switch step {
        case .asking: line("Asking", endpoint.site.description + "/ptvsd")
        case .waiting(let failure): line("Waiting", "\(failure.message); trying on")
        }
    }

    /// Tells what happens with a session.
    func tell(_ event: Bridge.Event) {
        switch event {
        case .waiting(let session, let failure):
            line("Waiting", "session \(session): \(failure.message); trying on")
        case .attached(let session): line("Attached", "session \(session)")
        case .detached(let session, let report, let time):
            let amounts = "\(amount(report.up)) up, \(amount(report.down)) down, \(time.components.seconds) s"
            line("Detached", "session \(session), \(words(report.end)) (\(amounts))")
        case .failed(let session, let failure):
            // No error of the bridge's: it goes on, and an editor that reads along is not to take it for the end.
            line("Refused", "session \(session): \(failure.message) (\(failure.hint))")
        }
    }

    /// What a user should know before attaching.
    func findings(_ endpoint: Endpoint, _ status: SiteStatus) -> [Diagnostic] {
        var found: [Diagnostic] = []
        let mains = status.processes.filter { $0.main == true }
        if endpoint.process == nil, mains.count > 1 {
            let list = status.processes.map {
                "\($0.pid) (\($0.name)\($0.main == true ? "" : ", answers no requests"))"
            }
            found.append(
                .note(
                    "attach-processes", "the site runs several processes: \(list.joined(separator: ", "))",
                    hint: "all that answer requests are debugged in one session; '--process PID' chooses one")
            )
        }
        for session in status.sessions {
            let place = session.remote.map { " from \($0)" } ?? ""
            found.append(
                .warning(
                    "attach-in-use",
                    "a debug session\(place) has lasted for \(Int(session.seconds)) s already",
                    hint:
                        "debugpy serves one debugger at a time: detach the other one if yours gets no answer")
            )
        }
        if let wanted = endpoint.instance, let instance = status.instanceID, !instance.hasPrefix(wanted) {
            found.append(
                .warning(
                    "attach-other-instance",
                    "instance '\(instance.prefix(6))' answers, not '\(wanted.prefix(6))'",
                    hint: "the one asked for is gone, or the site's ARR affinity is off"))
        }
        return found
    }

    /// Tells that the endpoint and the debugger are up.
    func tellUp(_ endpoint: Endpoint, _ status: SiteStatus) {
        var facts: [String] = []
        let first = status.processes.first { endpoint.process == nil || $0.pid == endpoint.process }
        if let first, first.pid > 0 { facts.append("process \(first.pid)") }
        if let version = first?.python ?? status.pythonVersion { facts.append("Python \(version)") }
        if let configuration = status.configuration { facts.append(configuration) }
        if let text = status.expires, case .at(let end)? = Expiry(text) {
            facts.append("expires \(LocalTime.text(end)) (\(LocalTime.distance(to: end, from: now())))")
        }
        line("Debugger up", facts.joined(separator: ", "))
    }

    /// Tells where debuggers are to connect to: on standard output that, and nothing else.
    func tellListening(
        _ port: Int, wanted: Int, _ endpoint: Endpoint, _ status: SiteStatus, _ mapping: PathMapping?,
        mapsPaths: Bool
    ) throws {
        tellUp(endpoint, status)
        if let mapping {
            line(
                "Paths",
                "\(mapping.localRoot) is \(mapping.remoteRoot)\(mapsPaths ? "" : " (not told to debuggers)")")
        } else if mapsPaths {
            console.report([
                .note(
                    "attach-no-project", "no project is known here, so that debuggers get no path mappings",
                    hint: "'--project PATH' names it")
            ])
        }
        if port != wanted, wanted != 0 {
            console.report([
                .note("attach-port-taken", "port \(wanted) is taken, so that the bridge listens on \(port)")
            ])
        }
        line(
            "VS Code",
            "F5 with a configuration \"type\": \"debugpy\", \"request\": \"attach\", connecting to port \(port)"
        )
        line("Visual Studio", "Debug > Attach to Process, Python remote (debugpy), tcp://127.0.0.1:\(port)")
        line("nvim-dap", "request = \"attach\", connect = { host = \"127.0.0.1\", port = \(port) }")
        let address = "127.0.0.1:\(port)"
        guard format == .json else {
            try console.result(address)
            return
        }
        try console.result(
            JSON.text(
                Listening(
                    address: address, host: "127.0.0.1", port: port, site: endpoint.site.description,
                    pathMappings: mapping.map { [.init($0)] } ?? [])))
    }

    /// Tells the result of a check.
    func tell(
        _ finding: DebugProbe.Finding, _ endpoint: Endpoint, _ status: SiteStatus, _ mapping: PathMapping?
    ) throws {
        let milliseconds = Double(Int(finding.roundTrip / .microseconds(10))) / 100
        guard format == .text else {
            return try console.result(
                JSON.text(
                    Checked(
                        site: endpoint.site.description, process: finding.pid, python: finding.pythonVersion,
                        executable: finding.executable, debugger: finding.debuggerVersion,
                        milliseconds: milliseconds, pathMappings: mapping.map { [.init($0)] } ?? [])))
        }
        var rows = [
            (
                "Process",
                "\(finding.pid.map(String.init) ?? "unknown"), Python \(finding.pythonVersion ?? "unknown")"
            )
        ]
        if let path = finding.executable { rows.append(("Path", path)) }
        if let version = finding.debuggerVersion { rows.append(("Debugger", "debugpy \(version)")) }
        if let root = status.applicationRoot { rows.append(("Folder", root)) }
        rows.append(("Answered in", "\(milliseconds) ms"))
        try console.result(Rows(rows).text)
    }

    private func line(_ name: String, _ text: String) {
        console.progress(Rows([(name, text)]).text)
    }

    private func words(_ end: SessionEnd) -> String {
        switch end {
        case .debuggerLeft: "the debugger has left"
        case .siteClosed(let closure):
            closure.reason.isEmpty ? "the site has closed it (\(closure.code ?? 1005))" : closure.reason
        case .siteLost(let reason): "the connection to the site was lost: \(reason)"
        }
    }

    private func amount(_ bytes: Int) -> String {
        bytes < 10_000 ? "\(bytes) B" : bytes < 10_000_000 ? "\(bytes / 1000) kB" : "\(bytes / 1_000_000) MB"
    }

    private struct Mapping: Encodable {
        var localRoot: String
        var remoteRoot: String

        init(_ mapping: PathMapping) {
            (localRoot, remoteRoot) = (mapping.localRoot, mapping.remoteRoot)
        }
    }

    /// The object of `--format json`.
    private struct Listening: Encodable {
        var address: String
        var host: String
        var port: Int
        var site: String
        var pathMappings: [Mapping]
    }

    /// The object of `--check --format json`.
    private struct Checked: Encodable {
        var site: String
        var process: Int?
        var python: String?
        var executable: String?
        var debugger: String?
        var milliseconds: Double
        var pathMappings: [Mapping]
    }
}
