import Addresses
import Diagnostics
import Testing
import Tunnel

@testable import Doctor

@Suite struct CheckTests {
    @Test func identifiersAreStableNames() {
        let names = Check.all.map(\.id)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil })
    }

    @Test func checksStandInTheOrderInWhichAttachingFails() {
        let stages = Check.all.map { StageName.allCases.firstIndex(of: $0.stage) ?? 0 }
        #expect(stages == stages.sorted())
    }

    @Test func whatWasNotReachedIsSkippedWithItsReason() {
        var observations = Observations()
        observations.gaps[.status] = "no secret is known"
        let diagnosis = Diagnosis(observations)
        #expect(diagnosis.checkCount == 0 && diagnosis.findings.isEmpty)
        #expect(diagnosis.skipped.map(\.stage) == StageName.allCases)
        #expect(diagnosis.skipped.first { $0.stage == .status }?.reason == "no secret is known")
    }

    /// Each cause on the way has exactly one check, so that no failure is left without a finding or has two.
    @Test(
        arguments: [
            .plaintext, .nameNotFound, .refused, .timedOut(seconds: 15), .unreachable("no route"),
            .proxy(ProxyFailure(.notUsable, of: "x", in: "HTTPS_PROXY")),
            .proxy(ProxyFailure(.notReached("r"), of: "p", in: "HTTPS_PROXY")),
            .proxy(ProxyFailure(.credentials(given: false), of: "p", in: "HTTPS_PROXY")),
            .proxy(ProxyFailure(.refused(status: 403), of: "p", in: "HTTPS_PROXY")),
            .authoritiesNotRead(file: "f", source: "--ca-file"), .certificateUntrusted,
            .certificateExpired(at: nil),
            .certificateNotYetValid(from: "later"), .certificateForOtherHost, .tlsFailed("bad certificate"),
            .tlsFailed("wrong version"), .connectionLost, .noAnswer(seconds: 30), .notHTTP,
        ] as [TunnelFailure.Cause])
    func eachFailureOnTheWayHasOneFinding(_ cause: TunnelFailure.Cause) throws {
        let address = try #require(AttachReference("https://site.example")).site
        var observations = Observations()
        observations.way = WayObservation(address: address, failure: TunnelFailure(cause, at: "site.example"))
        let diagnosis = Diagnosis(observations)
        #expect(diagnosis.findings.count == 1)
        #expect(diagnosis.cause?.check.stage == .way)
    }

    @Test func theFirstErrorIsTheCause() throws {
        let address = try #require(AttachReference("https://site.example")).site
        var observations = Observations()
        observations.way = WayObservation(
            address: address, failure: TunnelFailure(.certificateExpired(at: nil), at: "site.example"),
            clockLead: -400 * 86_400)
        let diagnosis = Diagnosis(observations)
        #expect(diagnosis.findings.map(\.check.id) == ["clock-wrong", "certificate-expired"])
        #expect(diagnosis.cause?.check.id == "clock-wrong")
    }
}
