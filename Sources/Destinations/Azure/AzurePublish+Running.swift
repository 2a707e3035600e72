import Azure
import Diagnostics
import Projects
import Sites
import WebConfiguration

extension AzurePublish {
    private struct Status: Decodable {
        var buildID: String?
    }

    /// Ends the debug sessions that still run: an open web socket keeps old processes and their files in use.
    ///
    /// Nothing depends on it: a site that does not answer has no sessions.
    func endSessions() async {
        guard let secret = options.endpoint.previousSecret, let url = options.endpoint.siteURL?.httpsText
        else { return }
        let request = WebRequest(
            "DELETE", "\(url)/ptvsd/sessions", headers: [("Authorization", "Bearer \(secret.revealed)")],
            seconds: 10)
        _ = try? await web.send(request)
    }

    /// Waits until the site runs what was published, as far as that can be told from here.
    mutating func waitUntilRunning(_ deploymentID: String?, isRestarted: Bool) async throws {
        guard isRestarted else { return }
        if settings.isLinux, let deploymentID { try await followRuntime(deploymentID) }
        guard let secret = options.endpoint.secret, options.endpoint.isDebugging,
            let url = options.endpoint.siteURL?.httpsText
        else { return }
        narrate("waiting until the site runs the new build")
        let request = WebRequest(
            "GET", "\(url)/ptvsd/status", headers: [("Authorization", "Bearer \(secret.revealed)")],
            seconds: 60)
        let clock = ContinuousClock()
        let deadline = clock.now + kudu.retries.time(300)
        var (number, last) = (0, "it does not answer")
        while clock.now < deadline {
            number += 1
            do {
                let answer = try await web.send(request)
                let build = JSONBody.decoded(Status.self, answer.body)?.buildID
                if answer.status == 200, build == plan.buildID { return }
                last = Self.explain(answer, build: build)
                // Who asks with a wrong secret too often is not answered for a minute.
                if answer.status == 401 { number = max(number, 16) }
            } catch let failure as ConnectionFailure {
                last = "it \(failure.reason)"
            }
            try await Task.sleep(for: kudu.retries.pollDelay(number))
        }
        diagnostics.append(
            .warning(
                "site-not-running", "the site does not show the new build after five minutes: \(last)",
                hint: "it may still be starting; 'ptvsd-publish doctor' finds out why it does not answer"))
    }

    private static func explain(_ answer: WebResponse, build: String?) -> String {
        switch answer.status {
        case 200: "it still runs another build"
        case 401, 403: "it does not know the new secret yet (\(answer.status))"
        case 404: "there is no debug endpoint at /ptvsd yet"
        default: "it answers \(answer.status)"
        }
    }

    /// Follows Azure's own account of the start, where there is one.
    private mutating func followRuntime(_ id: String) async throws {
        guard let manager = session.resourceManager, let resource = session.resource else { return }
        let clock = ContinuousClock()
        let start = clock.now
        var (number, state) = (0, "")
        while clock.now - start < kudu.retries.time(300) {
            number += 1
            let status = try? await manager.runtimeStatus(of: id, on: resource)
            try Task.checkCancellation()
            // It is not known at first, and not known any more once another deployment has taken its place.
            if status == nil, clock.now - start > kudu.retries.time(20) { return }
            if let status, status.state != state {
                state = status.state
                narrate("Azure: \(state)")
            }
            switch status?.phase {
            case .succeeded?: return
            case .failed?:
                let said = status?.errors.first.map { ": \($0)" } ?? ""
                diagnostics.append(
                    .warning(
                        "site-not-started", "the site was published and does not start (\(state))\(said)",
                        hint:
                            "look at its log with 'az webapp log tail'; 'ptvsd-publish doctor' knows common causes"
                    ))
                return
            case .running?, nil: break
            }
            try await Task.sleep(for: kudu.retries.pollDelay(number + 5))
        }
    }
}

extension SiteURL {
    /// The address that secrets may be sent to; nil for one that is not encrypted.
    fileprivate var httpsText: String? {
        if scheme == "https" || isLoopback { return description }
        // Visual Studio's profiles name Azure's sites by http; they answer to https all the same.
        return isAzure ? description.replacing("http://", with: "https://", maxReplacements: 1) : nil
    }
}
