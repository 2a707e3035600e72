import Foundation

/// The documents that mutation starts from: the sources and transforms of the examples.
struct ExampleCorpus {
    private(set) var sources: [[UInt8]] = []
    private(set) var transforms: [[UInt8]] = []

    /// Reads examples from a file with one JSON object per line.
    init(file: String) throws {
        for line in try String(contentsOf: URL(filePath: file), encoding: .utf8).split(separator: "\n") {
            guard let example = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            else {
                continue
            }
            sources.append(Self.bytes(example["source"]))
            transforms.append(Self.bytes(example["transform"]))
        }
    }

    private static func bytes(_ value: Any?) -> [UInt8] {
        if let text = value as? String { return Array(text.utf8) }
        let digits = Array(((value as? [String: String])?["hex"] ?? "").utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
        }
    }
}
