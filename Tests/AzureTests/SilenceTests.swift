import Testing

@testable import Azure

struct SilenceTests {
    @Test func `A body that is never sent ends without looking like an interruption`() async {
        let silence = Silence(seconds: 0).makeAsyncIterator()
        await #expect(throws: Silence.End.self) { try await silence.next() }
        let cancelled = Task { try await Silence(seconds: 60).makeAsyncIterator().next() }
        cancelled.cancel()
        await #expect(throws: Silence.End.self) { try await cancelled.value }
    }
}
