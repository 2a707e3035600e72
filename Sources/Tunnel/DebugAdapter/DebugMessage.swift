import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A message of the debug adapter protocol, as far as a probe looks into it.
struct DebugMessage: Decodable, Sendable {
    var seq: Int?
    var type: String
    /// Of requests.
    var command: String?
    /// Of events.
    var event: String?
    /// Of responses: the request that is answered, and whether it succeeded.
    var requestSeq: Int?
    var success: Bool?
    var message: String?
    var body: Body?

    private enum CodingKeys: String, CodingKey {
        case seq, type, command, event, success, message, body
        case requestSeq = "request_seq"
    }

    /// What the answers to a probe say.
    struct Body: Decodable, Sendable {
        var debugger: Version?
        var python: Version?
        var process: Process?

        struct Version: Decodable, Sendable {
            var version: String?

            /// The version without what debugpy adds to it, as in `3.11.7final0`.
            var number: String? {
                version.map { String($0.prefix { $0.isNumber || $0 == "." }) }
            }
        }

        struct Process: Decodable, Sendable {
            var pid: Int?
            var executable: String?
        }

        private enum CodingKeys: String, CodingKey {
            case debugger = "debugpy"
            case python, process
        }

        /// Reads what is there; bodies of other messages have other members of these names.
        init(from decoder: any Decoder) throws {
            guard let values = try? decoder.container(keyedBy: CodingKeys.self) else { return }
            debugger = try? values.decode(Version.self, forKey: .debugger)
            python = try? values.decode(Version.self, forKey: .python)
            process = try? values.decode(Process.self, forKey: .process)
        }
    }

    /// A request as it is sent.
    static func request(_ sequence: Int, _ command: String, _ arguments: [String: Argument]) -> ByteBuffer {
        let request = Request(seq: sequence, command: command, arguments: arguments)
        let body = (try? JSONEncoder().encode(request)) ?? Data()
        var buffer = ByteBuffer(string: "Content-Length: \(body.count)\r\n\r\n")
        buffer.writeBytes(body)
        return buffer
    }

    /// A value among the arguments of a request.
    enum Argument: Encodable, Sendable {
        case flag(Bool)
        case text(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .flag(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            }
        }
    }

    private struct Request: Encodable {
        var seq: Int
        var type = "request"
        var command: String
        var arguments: [String: Argument]
    }
}

/// Takes messages out of a stream of bytes.
struct DebugMessageReader {
    private var held: [UInt8] = []

    /// What is not of the protocol.
    struct Malformed: Error {}

    /// Takes bytes.
    mutating func take(_ bytes: some Sequence<UInt8>) {
        held += bytes
    }

    /// The next message; nil while it is not complete.
    ///
    /// - Throws: `Malformed`.
    mutating func next() throws(Malformed) -> DebugMessage? {
        switch DebugMessageHead.read(held) {
        case .incomplete: return nil
        case .malformed: throw Malformed()
        case .complete(let head):
            guard held.count >= head.size + head.length else { return nil }
            let body = held[head.size..<head.size + head.length]
            defer { held.removeFirst(head.size + head.length) }
            guard let message = try? JSONDecoder().decode(DebugMessage.self, from: Data(body)) else {
                throw Malformed()
            }
            return message
        }
    }
}
