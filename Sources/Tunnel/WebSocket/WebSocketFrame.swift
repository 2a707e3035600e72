package import NIOCore

/// Frames as a client sends them: whole, final where nothing else is said, and masked (RFC 6455 §5).
package enum WebSocketFrame {
    /// What a frame carries.
    package enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        /// Whether it may stand between the fragments of a message.
        var isControl: Bool { rawValue >= 8 }
    }

    /// The longest payload of a frame, in bytes: the limit of the endpoint.
    static let limit = 1 << 20

    /// The largest payload of a control frame, in bytes.
    static let controlLimit = 125

    /// A frame.
    ///
    /// - Parameters:
    ///   - opcode: What it carries.
    ///   - payload: The bytes, as they are.
    ///   - mask: The key to mask them with.
    ///   - isFinal: Whether the message ends with it.
    ///   - allocator: Where its memory comes from.
    /// - Returns: Its bytes on the wire.
    package static func bytes(
        _ opcode: Opcode, _ payload: ByteBuffer, mask: UInt32, isFinal: Bool = true,
        allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        let length = payload.readableBytes
        var frame = allocator.buffer(capacity: length + 14)
        frame.writeInteger(opcode.rawValue | (isFinal ? 0x80 : 0))
        if length < 126 {
            frame.writeInteger(UInt8(length) | 0x80)
        } else if length < 1 << 16 {
            frame.writeInteger(UInt8(126 | 0x80))
            frame.writeInteger(UInt16(length))
        } else {
            frame.writeInteger(UInt8(127 | 0x80))
            frame.writeInteger(UInt64(length))
        }
        frame.writeInteger(mask)
        frame.writeMasked(payload, mask: mask)
        return frame
    }

    /// The payload of a Close frame.
    package static func payload(_ closure: WebSocketClosure, allocator: ByteBufferAllocator) -> ByteBuffer {
        var payload = allocator.buffer(capacity: 2 + closure.reason.utf8.count)
        if let code = closure.code {
            payload.writeInteger(code)
            payload.writeString(closure.reason)
        }
        return payload
    }
}

extension ByteBuffer {
    /// Writes `payload`, each byte combined with that of the key whose turn it is, eight bytes at a time.
    mutating func writeMasked(_ payload: ByteBuffer, mask: UInt32) {
        let count = payload.readableBytes
        let key = UInt64(mask.bigEndian) << 32 | UInt64(mask.bigEndian)
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            payload.withUnsafeReadableBytes { source in
                let whole = count & ~7
                var offset = 0
                while offset < whole {
                    let value = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    target.storeBytes(of: value ^ key, toByteOffset: offset, as: UInt64.self)
                    offset &+= 8
                }
                while offset < count {
                    target[offset] =
                        source[offset] ^ UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32(offset & 3)))
                    offset &+= 1
                }
            }
            return count
        }
    }
}
