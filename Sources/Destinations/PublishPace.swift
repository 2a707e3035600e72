/// How fast the bytes of a publish go out, and how long the rest of them takes at that rate.
package struct PublishPace: Sendable {
    private var begin: (time: ContinuousClock.Instant, bytes: Int)?
    private var last = PublishProgress(files: 0, totalFiles: 0, bytes: 0, totalBytes: 0)

    /// Earlier than that, a rate would be chance.
    private static let shortest = Duration.milliseconds(500)

    /// So many bytes or a hundredth of the rest tell how fast a large file goes; a small one before it does not.
    private static let fewest = 64 << 10

    /// Creates a pace that nothing is known of.
    package init() {}

    /// Takes in how far it has come.
    ///
    /// - Parameters:
    ///   - progress: How far. What starts over, or has another size by now, is measured anew.
    ///   - time: The time now.
    /// - Returns: The rate and the time left, such as `1.5 MB/s, 0:12 left`; empty as long as nothing is known.
    package mutating func text(_ progress: PublishProgress, at time: ContinuousClock.Instant) -> String {
        defer { last = progress }
        guard let begin, progress.bytes >= last.bytes, progress.totalBytes == last.totalBytes else {
            begin = (time, progress.bytes)
            return ""
        }
        let elapsed = time - begin.time
        let sent = progress.bytes - begin.bytes
        let fewest = min(Self.fewest, (progress.totalBytes - begin.bytes) / 100)
        guard elapsed >= Self.shortest, sent > 0, sent >= fewest else { return "" }
        let rate = Double(sent) / (elapsed / .seconds(1))
        let left = Double(max(0, progress.totalBytes - progress.bytes)) / rate
        return "\(Self.size(Int(rate)))/s, \(Self.time(Int(left.rounded(.up)))) left"
    }

    /// A number of bytes for people, in units of 1024.
    package static func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<(1 << 10): return "\(bytes) B"
        case ..<(1 << 20): return "\(bytes >> 10) kB"
        default:
            let megabyte = 1 << 20
            let tenths = bytes / megabyte * 10 + bytes % megabyte * 10 / megabyte
            return "\(tenths / 10).\(tenths % 10) MB"
        }
    }

    /// A number of seconds as a clock shows them.
    static func time(_ seconds: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(seconds % 60)
    }
}
