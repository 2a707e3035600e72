import NIOHTTP1

/// What a site answered to a request, for those who want to know what is wrong with it.
package struct SiteAnswer: Sendable, Hashable {
    /// The path that was asked for.
    package var path: String
    package var status: Int
    /// The header fields in order, names as they were sent.
    package var headers: [Header]
    /// The body's beginning.
    package var body: [UInt8]
    /// How long it took, from dialling to the answer's end.
    package var duration: Duration

    /// A header field.
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        /// Creates a field.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Creates an answer.
    package init(
        path: String, status: Int, headers: [Header] = [], body: [UInt8] = [], duration: Duration = .zero
    ) {
        self.path = path
        self.status = status
        self.headers = headers
        self.body = body
        self.duration = duration
    }

    /// The first value of a field, whatever the case of its name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The values of a field, in order.
    package func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Whether it proves that the question for an upgrade was understood by whoever answered.
    package var provesUpgrade: Bool {
        header("sec-websocket-accept") == WebSocketHandshake.question.accept
    }

    /// Whether the endpoint itself answered, by the realm that it asks for the secret of.
    package var isChallengeOfEndpoint: Bool {
        status == 401 && values("www-authenticate").contains { $0.contains("realm=\"ptvsd\"") }
    }
}
