import Foundation
import TransformFuzzing

// Damages the examples at random for a while and applies them to each other:
//
//     fuzz-transform --seconds 300 --seed 1 [--examples FILE] [--growth MB]
//     fuzz-transform --replay FILE
//
// Each case is written to a file before it runs, so that a crash can be repeated with --replay. Fails on output that
// is malformed, on a case that takes too long, and on memory that keeps growing. Under AddressSanitizer, which holds
// freed memory back, allow more of that: --growth 1000.

var seconds = 10.0
var seed: UInt64 = 1
var examples = "Tests/XMLDocumentTransformTests/Fixtures/xdt-examples.jsonl"
var growth = 96
var replay: String?
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let option = arguments.next() {
    guard let value = arguments.next() else { exit(64) }
    switch option {
    case "--seconds": seconds = Double(value) ?? seconds
    case "--seed": seed = UInt64(value) ?? seed
    case "--examples": examples = value
    case "--growth": growth = Int(value) ?? growth
    case "--replay": replay = value
    default: exit(64)
    }
}

if let replay {
    let parts = try Data(contentsOf: URL(filePath: replay)).split(
        separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let size = Int(String(decoding: parts[0], as: UTF8.self)) else { exit(65) }
    let documents = Array(parts[1])
    let result = TransformCase(source: Array(documents[..<size]), transform: Array(documents[size...])).run()
    print(result.violation ?? "nothing wrong")
    exit(result.violation == nil ? 0 : 1)
}

let corpus = try ExampleCorpus(file: examples)
let record = CaseRecord()
let outcome = try Campaign(corpus: corpus, seed: seed, seconds: seconds, record: record, growth: growth).run()
print(outcome.summary)
exit(outcome.violation == nil ? 0 : 1)
