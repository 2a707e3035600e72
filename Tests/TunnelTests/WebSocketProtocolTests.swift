import NIOCore
import Testing

@testable import Tunnel

struct WebSocketProtocolTests {
    /// A frame as a server sends it.
    static func frame(
        _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0, masked: Bool = false
    ) -> [UInt8] {
        var bytes = [opcode | reserved | (isFinal ? 0x80 : 0)]
        let mask: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case ..<126: bytes.append(UInt8(payload.count) | mask)
        case ..<65_536: bytes += [126 | mask, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes += [127 | mask] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        return bytes + (masked ? [0, 0, 0, 0] : []) + payload
    }

    /// What comes of bytes that arrive in pieces of the given sizes, the last one repeated.
    static func actions(_ bytes: [UInt8], sizes: [Int] = [Int.max], takesText: Bool = true)
        -> [WebSocketProtocol.Action]
    {
        var found: [WebSocketProtocol.Action] = []
        var machine = WebSocketProtocol(takesText: takesText)
        var rest = bytes[...]
        var index = 0
        while !rest.isEmpty {
            machine.receive(ByteBuffer(bytes: rest.prefix(sizes[min(index, sizes.count - 1)])))
            rest = rest.dropFirst(sizes[min(index, sizes.count - 1)])
            index += 1
            while let action = machine.next() { found.append(action) }
        }
        return found
    }

    /// What comes out, in whole messages.
    enum Outcome: Equatable {
        case text([UInt8])
        case binary([UInt8])
        case action(WebSocketProtocol.Action)
    }

    /// Deliveries put together to messages, everything else as it is.
    static func summary(_ actions: [WebSocketProtocol.Action]) -> [Outcome] {
        var found: [Outcome] = []
        var message = ByteBuffer()
        for action in actions {
            guard case .deliver(let piece) = action else {
                found.append(.action(action))
                continue
            }
            message.writeImmutableBuffer(piece.bytes)
            if piece.isLast {
                let bytes = Array(buffer: message)
                found.append(piece.isText ? .text(bytes) : .binary(bytes))
                message = ByteBuffer()
            }
        }
        return found
    }

    @Test func `The examples of RFC 6455 are understood`() {
        let hello = Array("Hello".utf8)
        #expect(
            Self.actions([0x81, 0x05] + hello) == [
                .deliver(.init(bytes: .init(bytes: hello), isText: true, isLast: true))
            ])
        #expect(
            Self.summary(Self.actions([0x01, 0x03] + hello.prefix(3) + [0x80, 0x02] + hello.suffix(2))) == [
                .text(hello)
            ])
        #expect(Self.actions([0x89, 0x05] + hello) == [.answerPing(.init(bytes: hello))])
        #expect(Self.actions([0x8A, 0x05] + hello) == [.heardPong])
        for count in [256, 65_536] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            #expect(Self.summary(Self.actions(Self.frame(2, bytes))) == [.binary(bytes)])
        }
    }

    @Test func `Control frames may stand between the fragments of a message`() {
        let bytes =
            Self.frame(2, [1, 2], isFinal: false) + Self.frame(9, [7]) + Self.frame(0, [], isFinal: false)
            + Self.frame(10, []) + Self.frame(0, [3])
        #expect(
            Self.summary(Self.actions(bytes))
                == [
                    .action(.answerPing(.init(bytes: [7]))), .action(.heardPong), .binary([1, 2, 3]),
                ])
    }

    @Test(arguments: 0..<40)
    func `However the bytes are split, the same comes of them`(seed: UInt64) {
        var random = SplitMix(seed)
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let length = [0, 1, 125, 126, 300, 66_000].randomElement(using: &random) ?? 0
            let payload = [UInt8](repeating: UInt8.random(in: 0...0x7F, using: &random), count: length)
            let kind: UInt8 = Bool.random(using: &random) ? 1 : 2
            var parts = Int.random(in: 1...3, using: &random)
            var opcode = kind
            while parts > 0 {
                parts -= 1
                bytes += Self.frame(opcode, payload, isFinal: parts == 0)
                opcode = 0
                if Bool.random(using: &random) { bytes += Self.frame(9, Array(payload.prefix(125))) }
            }
        }
        bytes += Self.frame(8, [0x03, 0xE8] + Array("good bye".utf8))
        let whole = Self.summary(Self.actions(bytes))
        let sizes = (0..<400).map { _ in
            Int.random(in: 1...[2, 16, 5000].randomElement(using: &random)!, using: &random)
        }
        #expect(Self.summary(Self.actions(bytes, sizes: sizes + [Int.max])) == whole)
        #expect(whole.last == .action(.peerCloses(.init(1000, "good bye"), answer: .init(1000))))
    }

    struct Hostile: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: [UInt8]
        var code: UInt16

        init(_ name: String, _ bytes: [UInt8], _ code: UInt16 = 1002) {
            (testDescription, self.bytes, self.code) = (name, bytes, code)
        }
    }

    static let hostile = [
        Hostile("a reserved bit", frame(2, [], reserved: 0x40)),
        Hostile("an unknown opcode", frame(3, [])),
        Hostile("an unknown control opcode", frame(0xB, [])),
        Hostile("a masked frame", frame(2, [1], masked: true)),
        Hostile("a fragmented ping", frame(9, [], isFinal: false)),
        Hostile("a long ping", frame(9, [UInt8](repeating: 0, count: 126))),
        Hostile("a continuation of nothing", frame(0, [1])),
        Hostile("a new message inside another", frame(2, [1], isFinal: false) + frame(2, [2])),
        Hostile("a 16-bit length below 126", [0x82, 126, 0, 5]),
        Hostile("a 64-bit length below 65536", [0x82, 127, 0, 0, 0, 0, 0, 0, 1, 0]),
        Hostile("a length with its highest bit", [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        Hostile("a frame beyond the limit", [0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1], 1009),
        Hostile(
            "a frame of nearly all memory", [0x82, 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1009),
        Hostile("a Close of one byte", frame(8, [3])),
        Hostile("a Close with code 1005", frame(8, [0x03, 0xED])),
        Hostile("a Close with code 2000", frame(8, [0x07, 0xD0])),
        Hostile("a Close whose reason is no UTF-8", frame(8, [0x03, 0xE8, 0xFF]), 1007),
        Hostile("text that is no UTF-8", frame(1, [0xC3, 0x28]), 1007),
        Hostile("text that ends within a character", frame(1, [0xC3]), 1007),
    ]

    @Test(arguments: hostile)
    func `What breaks the protocol ends the connection with the code for it`(case hostile: Hostile) {
        for sizes in [[Int.max], [1]] {
            let actions = Self.actions(hostile.bytes + Self.frame(2, [9]), sizes: sizes)
            guard case .fail(let closure)? = actions.last else {
                Issue.record("\(actions)")
                continue
            }
            #expect(closure.code == hostile.code)
        }
    }

    @Test func `A tunnel takes no text`() {
        guard case .fail(let closure)? = Self.actions(Self.frame(1, [65]), takesText: false).last else {
            Issue.record("text was taken")
            return
        }
        #expect(closure.code == 1003)
    }

    @Test func `A Close is answered with its code, and nothing behind it counts`() {
        let end = Self.frame(8, [0x0F, 0xA0] + Array("why".utf8)) + Self.frame(2, [1])
        #expect(Self.actions(end) == [.peerCloses(.init(4000, "why"), answer: .init(4000))])
        #expect(Self.actions(Self.frame(8, [])) == [.peerCloses(.init(nil), answer: .init(nil))])
    }

    @Test(arguments: 0..<100)
    func `Random bytes end in a violation, or are waited for, and nothing else`(seed: UInt64) {
        var random = SplitMix(seed)
        let bytes = (0..<Int.random(in: 1...400, using: &random)).map { _ in
            UInt8.random(in: .min ... .max, using: &random)
        }
        let whole = Self.summary(Self.actions(bytes))
        #expect(Self.summary(Self.actions(bytes, sizes: [1])) == whole)
    }
}
