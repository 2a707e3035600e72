import NIOCore
import NIOEmbedded
import Testing

@testable import Tunnel

struct WebSocketHandlerTests {
    /// The content of each Pong that was written; a client's frames are masked.
    private func pongs(_ channel: EmbeddedChannel) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        while let frame = try channel.readOutbound(as: ByteBuffer.self).map({ Array(buffer: $0) }) {
            #expect(frame[0] == 0x8A)
            let key = frame[2..<6]
            found.append(frame[6...].enumerated().map { $1 ^ key[2 + $0 & 3] })
        }
        return found
    }

    @Test func `A peer that pings and reads nothing gets the answer to its last ping when it reads again`()
        throws
    {
        let channel = EmbeddedChannel(handler: WebSocketHandler(pingInterval: .hours(1)))
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        func ping(_ content: [UInt8]) throws {
            try channel.writeInbound(ByteBuffer(bytes: WebSocketProtocolTests.frame(9, content)))
        }
        try ping([1])
        #expect(try pongs(channel) == [[1]])
        channel.isWritable = false
        for number in 0..<10_000 { try ping([UInt8(number & 0xFF), 7]) }
        #expect(try pongs(channel) == [])
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(try pongs(channel) == [[UInt8(9_999 & 0xFF), 7]])
        channel.pipeline.fireChannelWritabilityChanged()
        try ping([])
        #expect(try pongs(channel) == [[]])
        channel.close(promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(30))
    }
}
