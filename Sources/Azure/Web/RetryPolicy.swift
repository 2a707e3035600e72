/// How often something is tried, and how long to wait in between.
///
/// Every wait is a multiple of `unit`, a second for users and less for tests, so that the whole course of a publish
/// scales with it.
package struct RetryPolicy: Sendable, Hashable {
    /// What counts as a second.
    package var unit: Duration
    /// How often a request is sent at most.
    package var attempts: Int

    /// Creates a policy.
    package init(unit: Duration = .seconds(1), attempts: Int = 6) {
        self.unit = unit
        self.attempts = attempts
    }

    /// Reads `PTVSD_PUBLISH_RETRY_DELAY`, the milliseconds that count as a second.
    package init(environment: [String: String]) {
        let milliseconds = environment["PTVSD_PUBLISH_RETRY_DELAY"].flatMap { Int($0) } ?? 1000
        self.init(unit: .milliseconds(min(max(milliseconds, 1), 60_000)))
    }

    /// How long to wait after the attempt `number`, counted from 1.
    ///
    /// - Parameters:
    ///   - number: The attempt that failed.
    ///   - retryAfter: What the server asks for, in seconds; no more than two minutes are granted.
    /// - Returns: 1, 2, 4 … up to 30 units, or what the server asks for if that is longer.
    package func delay(after number: Int, retryAfter: Int? = nil) -> Duration {
        let own = min(1 << min(max(number - 1, 0), 5), 30)
        return unit * max(own, min(retryAfter ?? 0, 120))
    }

    /// How long to wait before the poll `number`, counted from 1: often at first, then less (Kudu's own files have
    /// been locked by clients that ask too often).
    package func pollDelay(_ number: Int, retryAfter: Int? = nil) -> Duration {
        let own = number <= 5 ? 1 : number <= 15 ? 2 : number <= 40 ? 5 : 10
        return unit * max(own, min(retryAfter ?? 0, 30))
    }

    /// The length of `seconds` units.
    package func time(_ seconds: Int) -> Duration { unit * seconds }

    /// Whether the same request may succeed later (RFC 9110 §15, and what front ends answer for a site that starts).
    package static func isTemporary(status: Int) -> Bool {
        [408, 425, 429, 500, 502, 503, 504].contains(status)
    }
}
