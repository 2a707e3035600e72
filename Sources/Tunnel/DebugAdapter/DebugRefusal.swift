#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a debugger is told that the site does not take: its first request fails, with the reason for its user.
struct DebugRefusal {
    private let text: String
    private var reader = DebugMessageReader()
    private var taken = 0

    /// What has to be written before the connection ends: empty where no request will come, nil while one still may.
    private(set) var answer: [UInt8]?

    /// The longest first request that is waited for, in bytes.
    static let limit = 65_536

    /// Creates the refusal that a failure means.
    init(_ failure: TunnelFailure) {
        text = "ptvsd-publish: \(failure.message) (\(failure.hint))"
    }

    /// Takes what the debugger says.
    mutating func take(_ bytes: some Sequence<UInt8>) {
        guard answer == nil else { return }
        let bytes = Array(bytes)
        taken += bytes.count
        reader.take(bytes)
        do {
            while let message = try reader.next() {
                guard message.type == "request", let request = message.seq else { continue }
                answer = response(to: request, message.command ?? "initialize")
                return
            }
        } catch {
            answer = []
        }
        if taken > Self.limit { answer = [] }
    }

    /// Nothing more will come.
    mutating func finish() {
        if answer == nil { answer = [] }
    }

    private func response(to request: Int, _ command: String) -> [UInt8] {
        let response = Response(
            requestSeq: request, command: command, message: text,
            body: .init(error: .init(format: "{reason}", variables: ["reason": text])))
        guard let body = try? JSONEncoder().encode(response) else { return [] }
        return Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    /// A response of the protocol that reports an error to the user.
    private struct Response: Encodable {
        var seq = 1
        var type = "response"
        var requestSeq: Int
        var success = false
        var command: String
        var message: String
        var body: Body

        enum CodingKeys: String, CodingKey {
            case seq, type, success, command, message, body
            case requestSeq = "request_seq"
        }

        struct Body: Encodable {
            var error: Message
        }

        struct Message: Encodable {
            var id = 1
            var format: String
            var variables: [String: String]
            var showUser = true
        }
    }
}
