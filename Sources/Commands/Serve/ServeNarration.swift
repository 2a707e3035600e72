import Diagnostics
import Serving
import WebConfiguration

/// Tells what happens while a site is served: where it answers on standard output, everything else on standard error.
struct ServeNarration: Sendable {
    let plan: ServePlan
    /// The site's name.
    let name: String
    /// The host it stands in for.
    let host: HostKind
    /// How a user attaches to it.
    let attachment: ServedAttachment
    let console: Console
    let format: SpeechOptions.Format
    /// What may be the matter where a process ends by itself.
    var findings: [Diagnostic] = []

    /// Tells an event.
    func tell(_ event: ServeEvent) {
        switch event {
        case .listening(let port): tellAddress(port)
        case .started(let process, let pid, let command):
            line(process, "started as process \(pid): \(shown(command))")
        case .output(let process, let text):
            line(process, text)
            if let module = event.missingModule { tellMissing(module) }
        case .ended(let process, let code):
            console.report([
                .warning(
                    "serve-process-ended", "the process '\(process)' ended with code \(code)",
                    hint: "the next request starts it again, as the host would")
            ])
            console.report(findings)
        case .restarting(let process, let file):
            line(process, "ended, because '\(file)' was written; the next request starts it again")
        case .request(let method, let target, let status, let handler, let milliseconds):
            console.detail("\(method) \(target) \(status) (\(handler), \(milliseconds) ms)")
        case .warning(let place, let text):
            console.report([.warning("serve-rule-unknown", text, at: .init(file: place))])
        case .failed(let text): console.report([.error("serve-failed", text)])
        }
    }

    /// Tells that the site was published again.
    func tellChange() {
        line("serve", "'\(name)' was published again: starting it anew")
    }

    private func tellMissing(_ module: String) {
        console.report([
            .warning(
                "serve-module-missing", "the Python that runs the site has no module '\(module)'",
                hint:
                    "install the site's packages for it, as with 'python -m pip install -r requirements.txt', "
                    + "or name one that has them with '--python'")
        ])
    }

    private func tellAddress(_ port: Int) {
        let address = "http://127.0.0.1:\(port)"
        let attachURL = plan.hasEndpoint ? "ws://127.0.0.1:\(port)/ptvsd" : nil
        if port != plan.port, plan.port != 0 {
            console.report([
                .note("port-taken", "port \(plan.port) is taken, so that the site answers on \(port)")
            ])
        }
        guard format == .text else {
            // The site goes on being served when nobody reads what is said of it.
            try? console.result(
                JSON.text(
                    Result(
                        attachURL: attachURL, folder: plan.root, host: host.rawValue, port: port,
                        site: address)))
            return
        }
        var rows = [("Serving", "\(name) as \(host.title) would; Ctrl-C ends it"), ("Site", address)]
        if attachURL != nil {
            rows.append(("Info page", address + "/ptvsd"))
            rows.append(("Next", attachment.command(for: address)))
        }
        try? console.result(Rows(rows).text)
    }

    private func line(_ process: String, _ text: String) {
        console.progress("\(process.padded(to: 6))| \(text)")
    }

    /// A command as one line, without secrets.
    private func shown(_ command: [String]) -> String {
        let secrets = (plan.platform?.environment ?? [:]).filter { $0.key.uppercased().contains("SECRET") }
            .values
        return command.map { word in
            let word = secrets.reduce(word) { $1.isEmpty ? $0 : $0.replacing($1, with: "…") }
            return word.contains(" ") && command.count > 1 ? "'\(word)'" : word
        }.joined(separator: " ")
    }

    /// The object of `--format json`.
    private struct Result: Encodable {
        var attachURL: String?
        var folder: String
        var host: String
        var port: Int
        var site: String
    }
}

extension String {
    /// The text with spaces behind it up to `width`.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
