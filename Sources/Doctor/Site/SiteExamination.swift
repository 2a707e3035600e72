import Sites
import Tunnel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Looks at a site from here: the way, what answers, the endpoint's status, and the upgrade to a WebSocket.
struct SiteExamination: Sendable {
    let subject: SiteSubject
    /// The project, which says what should be there.
    let project: ProjectSubject?
    let now: Date
    var patience = Patience()

    /// How long is waited.
    struct Patience: Sendable {
        /// Between two tries while the site wakes up.
        var pause = Duration.seconds(1)
        /// How often it is tried.
        var tries = 3
        /// How often and for how long the debugger is waited for after a page was asked for.
        var debuggerTries = 8
        var debuggerPause = Duration.milliseconds(250)
    }

    /// Looks at everything that can be reached.
    func observe(_ observations: inout Observations) async {
        let endpoint = Endpoint(
            site: subject.address, secret: subject.secret, allowsPlaintext: subject.allowsPlaintext)
        var way = WayObservation(address: subject.address)
        let client: EndpointClient
        do throws(TunnelFailure) {
            client = try EndpointClient(endpoint, caFile: subject.caFile, environment: subject.environment)
        } catch {
            way.failure = error
            observations.way = way
            return close([.answer, .status, .upgrade], Self.unreached, &observations)
        }
        do throws(TunnelFailure) {
            let answer = try await firstAnswer(client)
            way.clockLead = WayObservation.lead(of: answer.answer.header("date"), over: now)
            observations.way = way
            observations.answer = answer
        } catch {
            way.failure = error
            if way.isAboutTime {
                way.clockLead = await client.clockOfSite().map { $0.timeIntervalSince(now) }
            }
            observations.way = way
            return close([.answer, .status, .upgrade], Self.unreached, &observations)
        }
        guard let answer = observations.answer, let status = answer.status else {
            let isLocked = observations.answer?.meaning == .secretUnknown
            return close(
                [.status, .upgrade], isLocked ? "no secret is known" : "the endpoint did not let us in",
                &observations)
        }
        async let upgrade = upgrade(client, answer)
        observations.status = await examine(status, client)
        observations.upgrade = await upgrade
    }

    private static let unreached = "the site cannot be reached"

    private func close(_ stages: [StageName], _ reason: String, _ observations: inout Observations) {
        for stage in stages { observations.gaps[stage] = reason }
    }

    /// Asks for the status, again while the site may be waking up.
    private func firstAnswer(_ client: EndpointClient) async throws(TunnelFailure) -> AnswerObservation {
        let clock = ContinuousClock()
        let start = clock.now
        var earlier: [Int] = []
        while true {
            let answer: SiteAnswer
            do throws(TunnelFailure) {
                answer = try await client.ask(.status, timeout: subject.timeout)
            } catch {
                guard error.cause == .connectionLost, earlier.count + 1 < patience.tries else { throw error }
                earlier.append(0)
                try? await Task.sleep(for: patience.pause)
                continue
            }
            if [502, 503, 504].contains(answer.status), earlier.count + 1 < patience.tries {
                earlier.append(answer.status)
                try? await Task.sleep(for: patience.pause)
                continue
            }
            var seen = AnswerObservation(
                address: subject.address, isAuthorised: subject.secret != nil,
                secretSource: subject.secretSource, answer: answer, earlier: earlier,
                duration: clock.now - start)
            if case .endpointMissing = seen.meaning { seen.page = try? await client.ask(.page) }
            if case .iis = seen.meaning { seen.page = try? await client.ask(.page) }
            return seen
        }
    }

    private func upgrade(_ client: EndpointClient, _ answer: AnswerObservation) async -> UpgradeObservation {
        var seen = UpgradeObservation(address: subject.address, answer: await ask(.upgrade, client))
        let encoding = answer.answer.header("content-encoding")?.lowercased() ?? "identity"
        seen.isCompressed = encoding != "identity"
        if case .success(let answer) = seen.answer, answer.status != 101 {
            seen.preflight = try? await ask(.preflight, client).get()
        }
        return seen
    }

    private func ask(
        _ question: EndpointClient.Question, _ client: EndpointClient
    ) async -> Result<SiteAnswer, TunnelFailure> {
        do throws(TunnelFailure) {
            return .success(try await client.ask(question, timeout: subject.timeout))
        } catch {
            return .failure(error)
        }
    }

    /// Asks the status on more connections, and wakes the site where the debugger is not up.
    private func examine(_ status: SiteStatus, _ client: EndpointClient) async -> StatusObservation {
        var seen = StatusObservation(address: subject.address, status: status)
        seen.lastPublish = project?.lastDebugPublish
        seen.instance = subject.instance
        seen.mappings = project.map(LaunchConfiguration.mappings) ?? []
        seen.others = await withTaskGroup(of: SiteStatus?.self) { group in
            for _ in 0..<3 {
                group.addTask { try? await client.status(timeout: subject.timeout) }
            }
            return await group.reduce(into: []) { all, one in one.map { all.append($0) } }
        }
        guard !status.debuggerUp else { return seen }
        seen.home = try? await client.ask(.home, timeout: subject.timeout)
        for _ in 0..<patience.debuggerTries {
            guard let again = try? await client.status(timeout: subject.timeout) else { break }
            seen.status = again
            guard !again.debuggerUp else { break }
            try? await Task.sleep(for: patience.debuggerPause)
        }
        return seen
    }
}
