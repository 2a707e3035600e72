import Diagnostics
import Testing
import XMLDocumentTransform

struct ExampleTests {
    @Test func `All examples of the reference are there`() {
        #expect(Example.all.count == 295)
    }

    @Test(arguments: Example.all)
    func `An example comes out as in the reference`(example: Example) throws {
        let result = Result { try outcome(of: example) }
        switch result {
        case .success(let outcome):
            let found = outcome.diagnostics.filter { $0.severity != .note }.map(Example.Finding.init)
            #expect(example.status != "crash")
            #expect(
                outcome.output == example.output?.stored,
                "\(String(decoding: outcome.output, as: UTF8.self).debugDescription)")
            #expect(found == example.diagnostics)
        case .failure:
            #expect(example.status == "crash")
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
