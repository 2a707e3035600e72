import Testing
import TransformFuzzing

struct FuzzTests {
    @Test(arguments: 0..<8)
    func `Damaged documents and transforms never produce malformed output`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var mutator = DocumentMutator(seed: random.next())
        var applied = 0
        for _ in 0..<1_200 {
            let example = random.pick(Example.all)
            let other = random.pick(Example.all)
            let source =
                random.oneIn(2)
                ? example.source.stored : mutator.mutate(example.source.stored, with: other.source.stored)
            let transform =
                random.oneIn(4)
                ? example.transform.stored
                : mutator.mutate(example.transform.stored, with: other.transform.stored)
            let result = TransformCase(source: source, transform: transform).run()
            applied += result.wasApplied ? 1 : 0
            if let violation = result.violation {
                Issue.record(
                    "\(violation)\nsource: \(String(decoding: source, as: UTF8.self).debugDescription)\ntransform: \(String(decoding: transform, as: UTF8.self).debugDescription)"
                )
            }
        }
        #expect(applied > 150)
    }
}
