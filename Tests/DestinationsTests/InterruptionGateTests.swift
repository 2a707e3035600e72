import Synchronization
import Testing

@testable import Destinations

/// What an interruption waits for.
struct InterruptionGateTests {
    private struct Broken: Error {}

    private final class Steps: Sendable {
        private let names = Mutex<[String]>([])
        var all: [String] { names.withLock { $0 } }
        func add(_ name: String) { names.withLock { $0.append(name) } }
    }

    private let gate = InterruptionGate()
    private let steps = Steps()

    /// Interrupts work that has begun; it then goes on with `rest`, and ends with a `failure`.
    ///
    /// - Returns: What the interruption tells.
    private func interruption<Thrown: Error>(
        endingWith failure: Thrown.Type, _ rest: @escaping @Sendable () async throws -> Void
    ) async -> any Error {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        async let work: Void = InterruptionGate.$current.withValue(gate) {
            try await InterruptionGate.holding {
                begin.yield()
                while !gate.isInterrupted { await Task.yield() }
                try await rest()
            }
        }
        for await _ in begun { break }
        let told = await gate.interrupt()
        steps.add("interrupted")
        do {
            try await work
            Issue.record("it ended as if nothing had happened")
        } catch {
            #expect(error is Thrown)
        }
        return told
    }

    @Test func workWithoutAGateIsJustDone() async throws {
        #expect(try await InterruptionGate.holding { 7 } == 7)
    }

    @Test func anInterruptionWaitsForTheEndOfTheWork() async {
        let told = await interruption(endingWith: CancellationError.self) {
            for _ in 0..<100 { await Task.yield() }
            #expect(!Task.isCancelled)
            steps.add("done")
        }
        #expect(told is CancellationError)
        #expect(steps.all == ["done", "interrupted"])
    }

    @Test func whatFailsMeanwhileIsWhatTheInterruptionTells() async {
        #expect(await interruption(endingWith: Broken.self) { throw Broken() } is Broken)
    }

    @Test func whatIsAPartOfTheWorkBeginsAllTheSame() async {
        let told = await interruption(endingWith: Broken.self) {
            try? await InterruptionGate.holding { steps.add("part") }
            throw Broken()
        }
        #expect(told is Broken)
        #expect(steps.all == ["part", "interrupted"])
    }

    @Test func nothingBeginsAfterAnInterruption() async throws {
        #expect(await gate.interrupt() is CancellationError)
        await #expect(throws: CancellationError.self) {
            try await InterruptionGate.$current.withValue(gate) {
                try await InterruptionGate.holding { Issue.record("it began") }
            }
        }
    }
}
