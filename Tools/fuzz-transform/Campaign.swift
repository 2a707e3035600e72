import Foundation
import TransformFuzzing

/// A run of many random cases.
struct Campaign {
    /// What came of it.
    struct Outcome {
        var executions = 0
        var applied = 0
        var slowest = 0.0
        var memoryBefore = 0
        var memoryAfter = 0
        var violation: String?

        /// One line of numbers, and one for what went wrong.
        var summary: String {
            let numbers =
                "\(executions) executions, \(applied) with well-formed input, slowest \(Int(slowest * 1_000)) ms, "
                + "memory \(memoryBefore / 1_024) MB then \(memoryAfter / 1_024) MB"
            return violation.map { "\(numbers)\nFAILED: \($0)" } ?? numbers
        }
    }

    let corpus: ExampleCorpus
    let seed: UInt64
    let seconds: Double
    let record: CaseRecord
    /// How much the resident memory may grow, in megabytes, after it has settled.
    let growth: Int
    /// A case of at most 40 KB has no business computing longer, also under a sanitizer.
    private static let secondsPerCase = 2.0

    func run() throws -> Outcome {
        var outcome = Outcome()
        var random = SeededGenerator(seed: seed)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while clock.now < end, outcome.violation == nil {
            let testCase = makeCase(&random)
            try record.write(testCase)
            let start = Self.processorSeconds()
            let result = testCase.run()
            let taken = Self.processorSeconds() - start
            outcome.executions += 1
            outcome.applied += result.wasApplied ? 1 : 0
            outcome.slowest = max(outcome.slowest, taken)
            outcome.violation = result.violation
            if taken > Self.secondsPerCase { outcome.violation = "a case took \(taken) s" }
            if outcome.executions == 2_000 { outcome.memoryBefore = Self.residentKilobytes() }
        }
        outcome.memoryAfter = Self.residentKilobytes()
        if outcome.memoryBefore > 0, outcome.memoryAfter - outcome.memoryBefore > growth * 1_024 {
            outcome.violation = outcome.violation ?? "the memory grew"
        }
        if outcome.violation == nil {
            try? FileManager.default.removeItem(atPath: record.path)
        } else {
            outcome.violation? += "\nrepeat with --replay \(record.path)"
        }
        return outcome
    }

    private func makeCase(_ random: inout SeededGenerator) -> TransformCase {
        let place = random.below(corpus.sources.count)
        let transformPlace = random.oneIn(3) ? random.below(corpus.transforms.count) : place
        var mutator = DocumentMutator(seed: random.next())
        var source = corpus.sources[place]
        var transform = corpus.transforms[transformPlace]
        if random.oneIn(2) { source = mutator.mutate(source, with: random.pick(corpus.sources)) }
        if !random.oneIn(4) { transform = mutator.mutate(transform, with: random.pick(corpus.transforms)) }
        return TransformCase(source: source, transform: transform)
    }

    /// The time this process has computed so far, in seconds; waiting for a busy machine does not count.
    private static func processorSeconds() -> Double {
        Double(clock()) / Double(CLOCKS_PER_SEC)
    }

    /// The memory this process holds; 0 where the system does not say.
    private static func residentKilobytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }) else {
            return 0
        }
        return Int(line.filter(\.isNumber)) ?? 0
    }
}
