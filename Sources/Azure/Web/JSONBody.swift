#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reading and writing JSON bodies.
package enum JSONBody {
    /// The content type of JSON.
    package static let type = "application/json"

    /// Decodes a body; nil when it is anything else, such as the page of a front end.
    package static func decoded<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(body))
    }

    /// Encodes a body, keys in order.
    package static func encoded(_ value: some Encodable) -> WebRequest.Body {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .bytes((try? encoder.encode(value)).map(Array.init) ?? [], type: type)
    }
}
