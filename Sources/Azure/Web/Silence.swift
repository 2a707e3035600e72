import struct NIOCore.ByteBuffer

/// The body of a request that is announced and never sent; after a while it ends the connection.
struct Silence: AsyncSequence, Sendable {
    /// It has lasted long enough; no `CancellationError`, since nobody has interrupted anything.
    struct End: Error {}

    /// How long it lasts, in seconds.
    let seconds: Int

    func makeAsyncIterator() -> Iterator { Iterator(seconds: seconds) }

    struct Iterator: AsyncIteratorProtocol {
        let seconds: Int

        func next() async throws -> ByteBuffer? {
            try? await Task.sleep(for: .seconds(seconds))
            throw End()
        }
    }
}
