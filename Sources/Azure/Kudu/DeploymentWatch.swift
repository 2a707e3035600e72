import Diagnostics

/// Follows a deployment to its end, and its log with it.
package struct DeploymentWatch: Sendable {
    private let kudu: KuduClient
    private let show: @Sendable (String) -> Void

    /// Creates a watch.
    ///
    /// - Parameters:
    ///   - kudu: Where the deployment runs.
    ///   - show: Is told each line of its log.
    package init(_ kudu: KuduClient, show: @escaping @Sendable (String) -> Void) {
        (self.kudu, self.show) = (kudu, show)
    }

    /// Waits for the end.
    ///
    /// - Parameter search: How the deployment is found.
    /// - Returns: The deployment, which succeeded.
    /// - Throws: A `Failure` that says why it did not, or `CancellationError`.
    package func run(_ search: DeploymentSearch) async throws -> Deployment {
        let clock = ContinuousClock()
        let deadline = clock.now + kudu.retries.time(1800)
        var lastSeen = clock.now
        var log = DeploymentLog()
        var (current, number, retryAfter): (Deployment?, Int, Int?) = (nil, 0, nil)
        while clock.now < deadline {
            number += 1
            try await Task.sleep(for: kudu.retries.pollDelay(number, retryAfter: retryAfter))
            retryAfter = nil
            if let id = current?.id, current?.isTemporary != true {
                let look = try await kudu.deployment(id)
                retryAfter = look.retryAfter
                if let found = look.deployment, found.state != nil {
                    (current, lastSeen) = (found, clock.now)
                } else {
                    current?.id = nil
                }
            } else if let found = search.find(in: try await kudu.deployments() ?? []) {
                (current, lastSeen) = (found, clock.now)
            }
            guard clock.now - lastSeen < kudu.retries.time(180) else { throw lost(current) }
            guard let deployment = current, let id = deployment.id, let state = deployment.state else {
                continue
            }
            if deployment.isTemporary != true || state != .running { try await follow(id, &log) }
            switch state {
            case .running: continue
            case .succeeded: return deployment
            default: throw failure(state, deployment, log)
            }
        }
        throw Failure(
            .unavailable, id: "deployment-endless",
            "\(kudu.name) has not ended the deployment in half an hour",
            hint: "look at the deployments in the portal; the site may still change")
    }

    /// Shows the lines that came since the last look.
    private func follow(_ id: String, _ log: inout DeploymentLog) async throws {
        let entries = try await kudu.log(of: id)
        for line in log.newLines(in: entries) { show(line) }
        // Only the last ones can still grow.
        for entry in entries.filter({ $0.detailsURL != nil }).suffix(2) {
            guard let name = entry.id else { continue }
            for line in log.newLines(in: try await kudu.log(of: id, entry: name), of: name) {
                show("  " + line)
            }
        }
    }

    private func failure(
        _ state: Deployment.State, _ deployment: Deployment, _ log: DeploymentLog
    ) -> Failure {
        let isFailed = state != .cancelled && state != .partial
        let said =
            log.errors.last ?? deployment.statusText.flatMap { $0.isEmpty ? nil : $0 }
            ?? (isFailed ? log.lastLine : nil)
        let words = said.map { ": \($0)" } ?? ""
        switch state {
        case .cancelled:
            return failure("deployment-cancelled", "was cancelled\(words)", "publish again")
        case .superseded:
            return failure(
                "deployment-superseded", "gave way to another one that was started meanwhile",
                "see who else publishes to this site, then publish again")
        case .partial:
            return failure(
                "deployment-partial", "succeeded on some instances only\(words)",
                "publish again with '--full'")
        case .unknown(let number):
            return failure("deployment-unknown", "ended with the status \(number)\(words)", "look at its log")
        default:
            return failure(
                "deployment-failed", "failed\(words)",
                "the log above says more; publish again once its cause is gone")
        }
    }

    private func failure(_ id: String, _ what: String, _ hint: String) -> Failure {
        Failure(.failed, id: id, "the deployment on \(kudu.name) \(what)", hint: hint)
    }

    private func lost(_ deployment: Deployment?) -> Failure {
        deployment == nil
            ? failure(
                "deployment-missing", "cannot be found, although the upload was accepted",
                "look at the deployments in the portal")
            : failure(
                "deployment-lost", "is not listed any more: another one may have taken its place",
                "see who else publishes to this site, then publish again")
    }
}
