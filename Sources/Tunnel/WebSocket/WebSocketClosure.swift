/// Why a WebSocket ends: a status code and a reason (RFC 6455 §7.4).
package struct WebSocketClosure: Error, Hashable, Sendable {
    /// The code; nil when the peer gave none.
    package var code: UInt16?
    /// A sentence for people.
    package var reason: String

    /// Creates a closure; a reason beyond what a frame holds is cut.
    package init(_ code: UInt16?, _ reason: String = "") {
        self.code = code
        var text = reason
        while text.utf8.count > 123 { text.removeLast() }
        self.reason = text
    }

    /// The purpose is fulfilled.
    static let normal: UInt16 = 1000
    /// An end goes away.
    static let goingAway: UInt16 = 1001
    /// A violation of the protocol.
    static let protocolError: UInt16 = 1002
    /// Data of a kind that is not taken.
    static let unsupported: UInt16 = 1003
    /// Text that is not UTF-8.
    static let invalidText: UInt16 = 1007
    /// A rule of the endpoint: no sign of life, a changed secret.
    static let policy: UInt16 = 1008
    /// A frame beyond the limit.
    static let tooBig: UInt16 = 1009
    /// Something on the way failed; here: the debugger cannot be reached.
    static let internalError: UInt16 = 1011
    /// Too many sessions.
    static let tryAgainLater: UInt16 = 1013

    /// What the endpoint begins the reason with when it does not reach the debugger.
    static let unreachable = "the debugger cannot be reached: "

    /// Whether the endpoint did not reach the debugger.
    var saysUnreachable: Bool { code == Self.internalError && reason.hasPrefix(Self.unreachable) }

    /// Whether a code may stand in a frame.
    static func mayBeSent(_ code: UInt16) -> Bool {
        (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
    }
}
