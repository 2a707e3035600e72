import Testing

@testable import Destinations

struct PublishPaceTests {
    private let start = ContinuousClock.now
    private let megabyte = 1 << 20

    private func progress(_ bytes: Int, of total: Int) -> PublishProgress {
        PublishProgress(files: 0, totalFiles: 1, bytes: bytes, totalBytes: total)
    }

    @Test func `The rate is that since the beginning, and the rest is reckoned with it`() {
        var pace = PublishPace()
        #expect(pace.text(progress(0, of: 30 * megabyte), at: start) == "")
        #expect(pace.text(progress(megabyte, of: 30 * megabyte), at: start + .milliseconds(100)) == "")
        #expect(
            pace.text(progress(3 * megabyte, of: 30 * megabyte), at: start + .seconds(2))
                == "1.5 MB/s, 0:18 left")
        #expect(
            pace.text(progress(30 * megabyte, of: 30 * megabyte), at: start + .seconds(10))
                == "3.0 MB/s, 0:00 left")
    }

    @Test func `What was done before it began does not count`() {
        var pace = PublishPace()
        _ = pace.text(progress(10 << 10, of: 20 << 10), at: start)
        #expect(pace.text(progress(15 << 10, of: 20 << 10), at: start + .seconds(5)) == "1 kB/s, 0:05 left")
    }

    @Test func `What starts over is measured anew`() {
        var pace = PublishPace()
        _ = pace.text(progress(0, of: 2000), at: start)
        _ = pace.text(progress(2000, of: 2000), at: start + .seconds(1))
        #expect(pace.text(progress(0, of: 500), at: start + .seconds(60)) == "")
        #expect(pace.text(progress(100, of: 500), at: start + .seconds(61)) == "100 B/s, 0:04 left")
    }

    @Test func `Nothing is said of a rate where nothing has moved`() {
        var pace = PublishPace()
        _ = pace.text(progress(0, of: 500), at: start)
        #expect(pace.text(progress(0, of: 500), at: start + .seconds(9)) == "")
    }

    @Test func `A few bytes do not tell how long a large file takes`() {
        var pace = PublishPace()
        _ = pace.text(progress(0, of: 24 * megabyte), at: start)
        #expect(pace.text(progress(44, of: 24 * megabyte), at: start + .seconds(1)) == "")
        #expect(
            pace.text(progress(64 << 10, of: 24 * megabyte), at: start + .seconds(2))
                == "32 kB/s, 12:46 left")
    }

    @Test(arguments: [(0, "0:00"), (59, "0:59"), (60, "1:00"), (3599, "59:59"), (3661, "1:01:01")])
    func `Times are those of a clock`(seconds: Int, text: String) {
        #expect(PublishPace.time(seconds) == text)
    }

    @Test(arguments: [(1023, "1023 B"), (1024, "1 kB"), (1 << 20, "1.0 MB"), (1_992_294, "1.8 MB")])
    func `Sizes have the unit that suits them`(bytes: Int, text: String) {
        #expect(PublishPace.size(bytes) == text)
    }
}
