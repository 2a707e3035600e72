import Diagnostics
import Testing
import XMLDocumentTransform

struct ExampleTests {
    private static let deviations = Dictionary(uniqueKeysWithValues: Deviation.all.map { ($0.name, $0) })

    @Test func `All examples of the reference are there`() {
        #expect(Example.all.count == 295)
        let names = Set(Example.all.map(\.name))
        #expect(Deviation.all.allSatisfy { names.contains($0.name) })
    }

    @Test(arguments: Example.all)
    func `An example comes out as in the reference, or better for a named reason`(example: Example) throws {
        let deviation = Self.deviations[example.name]
        if example.status == "crash", deviation == nil {
            // The reference gives up with an exception, and rightly: the input is malformed.
            let failure = #expect(throws: Failure.self) { try self.outcome(of: example) }
            #expect(failure?.diagnostics.count == 1)
            #expect(failure?.diagnostics.first?.severity == .error)
            #expect(failure?.diagnostics.first?.location?.column != nil)
            return
        }
        let outcome = try self.outcome(of: example)
        let findings = outcome.diagnostics.filter { $0.severity != .note }.map(Example.Finding.init)
        let expected = expectedOutput(example, deviation)
        #expect(outcome.output == expected, "got \(String(decoding: outcome.output, as: UTF8.self))")
        #expect(findings == deviation?.findings ?? example.diagnostics)
        #expect(outcome.succeeded == !findings.contains { $0.severity == "error" })
    }

    @Test(arguments: Deviation.all)
    func `A deviation is one: the reference does something else`(deviation: Deviation) throws {
        let example = try #require(Example.all.first { $0.name == deviation.name })
        let isDifferent =
            example.status == "crash" || expectedOutput(example, deviation) != example.output?.stored
            || deviation.findings != nil && deviation.findings != example.diagnostics
        #expect(isDifferent)
    }

    private func expectedOutput(_ example: Example, _ deviation: Deviation?) -> [UInt8] {
        switch deviation?.output {
        case .source: example.source.stored
        case .text(let text): Array(text.utf8)
        case .reference, nil: example.output?.stored ?? []
        }
    }

    private func outcome(of example: Example) throws -> DocumentTransform.Outcome {
        let transform = try DocumentTransform(parsing: example.transform.stored, file: "transform")
        return try transform.apply(to: example.source.stored, file: "source")
    }
}

extension Example.Finding {
    init(_ diagnostic: Diagnostic) {
        let location = diagnostic.location
        self.init(
            diagnostic.severity.rawValue, location?.file, location?.line ?? 0, location?.column ?? 0)
    }
}
