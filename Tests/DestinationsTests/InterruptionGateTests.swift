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

    @Test func workWithoutAGateIsJustDone() async throws {
        #expect(try await InterruptionGate.holding { 7 } == 7)
    }

    @Test func anInterruptionWaitsForTheEndOfTheWork() async throws {
        let gate = InterruptionGate()
        let steps = Steps()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await InterruptionGate.$current.withValue(gate) {
                        try await InterruptionGate.holding {
                            begin.yield()
                            while !gate.isInterrupted { await Task.yield() }
                            for _ in 0..<100 { await Task.yield() }
                            #expect(!Task.isCancelled)
                            steps.add("done")
                        }
                    }
                }
            }
            for await _ in begun { break }
            #expect(await gate.interrupt() is CancellationError)
            steps.add("interrupted")
            try await group.waitForAll()
        }
        #expect(steps.all == ["done", "interrupted"])
    }

    @Test func whatFailsMeanwhileIsWhatTheInterruptionTells() async throws {
        let gate = InterruptionGate()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: Broken.self) {
                    try await InterruptionGate.$current.withValue(gate) {
                        try await InterruptionGate.holding {
                            begin.yield()
                            while !gate.isInterrupted { await Task.yield() }
                            throw Broken()
                        }
                    }
                }
            }
            for await _ in begun { break }
            #expect(await gate.interrupt() is Broken)
            await group.waitForAll()
        }
    }

    @Test func whatIsAPartOfTheWorkBeginsAllTheSame() async throws {
        let gate = InterruptionGate()
        let steps = Steps()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: Broken.self) {
                    try await InterruptionGate.$current.withValue(gate) {
                        try await InterruptionGate.holding {
                            begin.yield()
                            while !gate.isInterrupted { await Task.yield() }
                            try? await InterruptionGate.holding { steps.add("part") }
                            throw Broken()
                        }
                    }
                }
            }
            for await _ in begun { break }
            #expect(await gate.interrupt() is Broken)
            await group.waitForAll()
        }
        #expect(steps.all == ["part"])
    }

    @Test func nothingBeginsAfterAnInterruption() async throws {
        let gate = InterruptionGate()
        #expect(await gate.interrupt() is CancellationError)
        await #expect(throws: CancellationError.self) {
            try await InterruptionGate.$current.withValue(gate) {
                try await InterruptionGate.holding { Issue.record("it began") }
            }
        }
    }
}
