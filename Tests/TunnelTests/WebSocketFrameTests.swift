import NIOCore
import NIOHTTP1
import Testing

@testable import Tunnel

struct WebSocketFrameTests {
    private func bytes(_ payload: [UInt8], mask: UInt32, _ opcode: WebSocketFrame.Opcode = .binary) -> [UInt8]
    {
        // Read from an odd place, as what comes from a larger buffer is.
        var buffer = ByteBuffer(bytes: [0] + payload)
        buffer.moveReaderIndex(forwardBy: 1)
        return Array(
            WebSocketFrame.bytes(opcode, buffer, mask: mask, allocator: .init()).readableBytesView)
    }

    @Test func `The masked example of RFC 6455 comes out`() {
        #expect(
            bytes(Array("Hello".utf8), mask: 0x37FA_213D, .text)
                == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    }

    @Test(arguments: [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 125, 126, 127, 1000, 65_535, 65_536, 100_001])
    func `Each byte is combined with that of the key whose turn it is`(count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        let mask: UInt32 = 0x1234_56F8
        let key: [UInt8] = [0x12, 0x34, 0x56, 0xF8]
        let frame = bytes(payload, mask: mask)
        let head = frame.count - count
        #expect(Array(frame[head - 4..<head]) == key)
        #expect(Array(frame[head...]) == payload.enumerated().map { $1 ^ key[$0 % 4] })
        #expect(head == (count < 126 ? 6 : count < 65_536 ? 8 : 14))
        #expect(frame[1] & 0x80 != 0)
    }

    @Test func `A closing reason is cut where a frame ends, between characters`() {
        let closure = WebSocketClosure(1011, String(repeating: "ä", count: 100))
        #expect(closure.reason.utf8.count == 122)
        #expect(WebSocketFrame.payload(closure, allocator: .init()).readableBytes == 124)
    }

    @Test func `The handshake of RFC 6455 is accepted, and one that was tampered with is not`() {
        let handshake = WebSocketHandshake(nonce: Array("the sample nonce".utf8))
        #expect(handshake.key == "dGhlIHNhbXBsZSBub25jZQ==")
        let right: [(String, String)] = [
            ("Upgrade", "WebSocket"), ("Connection", "keep-alive, Upgrade"),
            ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ]
        func violation(_ headers: [(String, String)], _ status: HTTPResponseStatus = .switchingProtocols)
            -> String?
        {
            handshake.violation(
                of: HTTPResponseHead(version: .http1_1, status: status, headers: HTTPHeaders(headers)))
        }
        #expect(violation(right) == nil)
        #expect(violation(right, .ok) != nil)
        for index in right.indices {
            var wrong = right
            wrong.remove(at: index)
            #expect(violation(wrong) != nil)
            wrong.insert((right[index].0, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo"), at: index)
            #expect(violation(wrong) != nil)
        }
        #expect(violation(right + [("Sec-WebSocket-Extensions", "permessage-deflate")]) != nil)
        #expect(violation(right + [("Sec-WebSocket-Protocol", "chat")]) != nil)
    }

    @Test(arguments: 0..<500)
    func `The check of UTF-8 agrees with the standard library, however text is split`(seed: UInt64) {
        var random = SplitMix(seed)
        let characters = ["a", "ä", "€", "😀", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{10FFFF}"]
        var bytes = (0..<10).flatMap { _ in Array(characters.randomElement(using: &random)!.utf8) }
        if seed % 3 != 0 {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                in: 0x80...0xFF, using: &random)
        }
        let isText = String(validating: bytes, as: UTF8.self) != nil
        for size in [1, 3, 100] {
            var check = UTF8Check()
            var rest = bytes[...]
            var accepts = true
            while !rest.isEmpty, accepts {
                accepts = check.accepts(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect((accepts && check.isComplete) == isText)
        }
    }
}
