package import NIOCore

/// The receiving side of a WebSocket client after the handshake (RFC 6455 §5–7), without I/O: bytes go in, and what is
/// to be done comes out.
///
/// Data is handed on as it comes, in pieces of frames: nothing waits for the end of one, and nothing is copied.
package struct WebSocketProtocol {
    /// What is to be done.
    package enum Action: Equatable {
        /// A piece of a message has come.
        case deliver(Piece)
        /// A ping is to be answered with a pong of the same content.
        case answerPing(ByteBuffer)
        /// A sign of life.
        case heardPong
        /// The peer closes; what the closing frame to send back says.
        case peerCloses(WebSocketClosure, answer: WebSocketClosure)
        /// The peer breaks the protocol: say this, and end the connection.
        case fail(WebSocketClosure)
    }

    /// A part of a message.
    package struct Piece: Equatable {
        package var bytes: ByteBuffer
        /// Whether the message is text.
        package var isText: Bool
        /// Whether the message ends with it.
        package var isLast: Bool
    }

    private enum State {
        case head
        case payload(left: Int, isFinal: Bool)
        case over
    }

    private let takesText: Bool
    private let limit: Int
    private var state = State.head
    private var received = ByteBuffer()
    /// The kind of the message that fragments belong to; nil between messages.
    private var message: WebSocketFrame.Opcode?
    private var text = UTF8Check()

    /// Creates a protocol at the beginning of its connection.
    ///
    /// - Parameters:
    ///   - takesText: Whether text is taken; a tunnel carries none.
    ///   - limit: The largest payload of a frame, in bytes.
    package init(takesText: Bool = false, limit: Int = 1 << 20) {
        self.takesText = takesText
        self.limit = limit
    }

    /// Takes bytes; ask `next` until it has nothing more.
    package mutating func receive(_ bytes: ByteBuffer) {
        if received.readableBytes == 0 {
            received = bytes
        } else {
            // Pieces that were handed on may still be in use: the rest goes to memory of its own.
            var joined = ByteBuffer()
            joined.reserveCapacity(received.readableBytes + bytes.readableBytes)
            joined.writeImmutableBuffer(received)
            joined.writeImmutableBuffer(bytes)
            received = joined
        }
    }

    /// What is to be done next; nil when more bytes are needed.
    package mutating func next() -> Action? {
        while true {
            switch state {
            case .over: return nil
            case .payload(let left, let isFinal):
                guard let action = takePayload(left, isFinal) else { return nil }
                return action
            case .head:
                guard let head = Head(received) else { return nil }
                if let violation = violation(of: head) { return fail(violation) }
                if head.isControl {
                    guard received.readableBytes >= head.size + head.length else { return nil }
                    received.moveReaderIndex(forwardBy: head.size)
                    return takeControl(head)
                }
                received.moveReaderIndex(forwardBy: head.size)
                if head.opcode != .continuation {
                    message = head.opcode
                    text = UTF8Check()
                }
                state = .payload(left: head.length, isFinal: head.isFinal)
            }
        }
    }

    private mutating func takePayload(_ left: Int, _ isFinal: Bool) -> Action? {
        let count = min(left, received.readableBytes)
        guard count > 0 || left == 0, let bytes = received.readSlice(length: count) else { return nil }
        let isText = message == .text
        let isLast = isFinal && count == left
        if isText, !text.accepts(bytes.readableBytesView) || isLast && !text.isComplete {
            return fail(.init(WebSocketClosure.invalidText, "the text is not UTF-8"))
        }
        state = count == left ? .head : .payload(left: left - count, isFinal: isFinal)
        if isLast { message = nil }
        return .deliver(Piece(bytes: bytes, isText: isText, isLast: isLast))
    }

    private mutating func takeControl(_ head: Head) -> Action {
        var payload = received.readSlice(length: head.length) ?? ByteBuffer()
        switch head.opcode {
        case .ping: return .answerPing(payload)
        case .pong: return .heardPong
        default:
            guard payload.readableBytes > 0 else {
                state = .over
                return .peerCloses(.init(nil), answer: .init(nil))
            }
            guard let code = payload.readInteger(as: UInt16.self), WebSocketClosure.mayBeSent(code) else {
                return fail(.init(WebSocketClosure.protocolError, "no such closing code"))
            }
            var check = UTF8Check()
            guard check.accepts(payload.readableBytesView), check.isComplete else {
                return fail(.init(WebSocketClosure.invalidText, "the closing reason is not UTF-8"))
            }
            state = .over
            return .peerCloses(
                .init(code, String(decoding: payload.readableBytesView, as: UTF8.self)), answer: .init(code))
        }
    }

    private func violation(of head: Head) -> WebSocketClosure? {
        func broken(_ text: String) -> WebSocketClosure { .init(WebSocketClosure.protocolError, text) }
        if head.reserved != 0 { return broken("reserved bits are set") }
        guard let opcode = head.opcode else { return broken("no such opcode") }
        if head.isMasked { return broken("a server's frame is masked") }
        if !head.isMinimal { return broken("the length is not of the shortest form") }
        if opcode.isControl {
            if !head.isFinal { return broken("a control frame is fragmented") }
            return head.length > WebSocketFrame.controlLimit ? broken("a control frame is too long") : nil
        }
        if (opcode == .continuation) != (message != nil) {
            return broken(message == nil ? "nothing is to be continued" : "a message is not finished")
        }
        if opcode == .text, !takesText {
            return .init(WebSocketClosure.unsupported, "the tunnel carries binary messages")
        }
        return head.length > limit
            ? .init(WebSocketClosure.tooBig, "the frame has more than \(limit) bytes") : nil
    }

    private mutating func fail(_ closure: WebSocketClosure) -> Action {
        state = .over
        return .fail(closure)
    }
}

/// The first bytes of a frame.
private struct Head {
    let isFinal: Bool
    let reserved: UInt8
    /// Nil for one that is not defined.
    let opcode: WebSocketFrame.Opcode?
    let isMasked: Bool
    let isMinimal: Bool
    /// Of the payload; `Int.max` for what is beyond all limits.
    let length: Int
    /// Of the head itself.
    let size: Int

    var isControl: Bool { opcode?.isControl == true }

    /// Reads a head; nil while it is not complete.
    init?(_ buffer: ByteBuffer) {
        let start = buffer.readerIndex
        guard let first = buffer.getInteger(at: start, as: UInt8.self),
            let second = buffer.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        isFinal = first & 0x80 != 0
        reserved = first & 0x70
        opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F)
        isMasked = second & 0x80 != 0
        switch second & 0x7F {
        case 126:
            guard let long = buffer.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            (length, size, isMinimal) = (Int(long), 4, long > 125)
        case 127:
            guard let long = buffer.getInteger(at: start + 2, as: UInt64.self) else { return nil }
            (length, size, isMinimal) = (Int(clamping: long), 10, long > 0xFFFF && long >> 63 == 0)
        case let short:
            (length, size, isMinimal) = (Int(short), 2, true)
        }
    }
}
