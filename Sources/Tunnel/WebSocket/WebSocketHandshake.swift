import Addresses
import Crypto
import NIOHTTP1

/// The opening handshake of a client (RFC 6455 §4.1).
struct WebSocketHandshake: Sendable {
    /// What the server proves with that it understood: 16 random bytes.
    let key: String

    /// Begins a handshake with a fresh key.
    init() {
        var generator = SystemRandomNumberGenerator()
        self.init(nonce: (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Begins a handshake with a key made of `nonce`.
    init(nonce: [UInt8]) {
        key = Base64.text(nonce)
    }

    /// Takes up the handshake with a key that is known.
    init(key: String) {
        self.key = key
    }

    /// The headers of the request.
    ///
    /// No extension is offered: front ends fail on `permessage-deflate`.
    var headers: [(String, String)] {
        [
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", key),
        ]
    }

    /// What the server answers to the key.
    var accept: String {
        let text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        return Base64.text(Array(Insecure.SHA1.hash(data: Array(text.utf8))))
    }

    /// What is wrong with the answer; nil when it is right.
    func violation(of answer: HTTPResponseHead) -> String? {
        func has(_ name: String, _ token: String) -> Bool {
            answer.headers[canonicalForm: name].contains { $0.lowercased() == token }
        }
        if answer.status.code != 101 { return "it does not switch protocols" }
        if !has("upgrade", "websocket") { return "it upgrades to something else" }
        if !has("connection", "upgrade") { return "its 'Connection' header is not 'Upgrade'" }
        if answer.headers["sec-websocket-accept"] != [accept] { return "its 'Sec-WebSocket-Accept' is wrong" }
        if answer.headers.contains(name: "sec-websocket-extensions") {
            return "it uses extensions nobody asked for"
        }
        if answer.headers.contains(name: "sec-websocket-protocol") {
            return "it names a protocol nobody asked for"
        }
        return nil
    }
}
