import Foundation
import Testing

/// One case of the reference: what went in, what came out, what was said.
struct Example: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var source: Content
    var transform: Content
    /// `ok`, `failed` or `crash`.
    var status: String
    var output: Content?
    var diagnostics: [Finding]

    var testDescription: String { name }

    /// A document as text, or as bytes where it is not UTF-8.
    enum Content: Decodable, Sendable {
        case text(String)
        case bytes([UInt8])

        private enum Key: CodingKey {
            case hex
        }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self = .text(text)
                return
            }
            let digits = Array(
                try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .hex).utf8)
            self = .bytes(
                stride(from: 0, to: digits.count, by: 2).map {
                    UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
                })
        }

        var stored: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .bytes(let bytes): bytes
            }
        }
    }

    /// A diagnostic as `[severity, file, line, column]`.
    struct Finding: Decodable, Sendable, Equatable, CustomStringConvertible {
        var severity: String
        var file: String?
        var line: Int
        var column: Int

        init(_ severity: String, _ file: String?, _ line: Int, _ column: Int) {
            self.severity = severity
            self.file = file
            self.line = line
            self.column = column
        }

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            severity = try list.decode(String.self)
            file = try list.decodeIfPresent(String.self)
            line = try list.decode(Int.self)
            column = try list.decode(Int.self)
        }

        var description: String { "\(severity) \(file ?? "-"):\(line):\(column)" }
    }

    /// All cases, in the order of the file.
    static let all: [Example] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/xdt-examples.jsonl")
        let lines = (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.compactMap { try? JSONDecoder().decode(Example.self, from: Data($0.utf8)) }
    }()
}
