#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Until when a secret holds.
package enum Expiry: Sendable, Hashable {
    case never
    case at(Date)

    /// Reads the form that the files carry: `never`, or a UTC time such as `2026-11-24T15:04:00Z` (RFC 3339).
    ///
    /// Nil when it is neither.
    package init?(_ text: String) {
        guard text != "never" else {
            self = .never
            return
        }
        guard let date = try? Date(text, strategy: .iso8601) else { return nil }
        self = .at(date)
    }

    /// The form that the files carry.
    package var text: String {
        switch self {
        case .never: "never"
        case .at(let date): date.formatted(.iso8601)
        }
    }

    /// Whether it has passed at `time`.
    package func hasPassed(at time: Date) -> Bool {
        switch self {
        case .never: false
        case .at(let date): date <= time
        }
    }
}

/// How long a secret is to hold: the value of `--expires`, such as `8h`, `7d`, `30m` or `never`.
package struct Lifetime: Sendable, Hashable {
    /// Seconds; nil means without end.
    package let seconds: Int?

    /// Two days, the default.
    package static let standard = Lifetime(seconds: 48 * 3600)

    private init(seconds: Int?) {
        self.seconds = seconds
    }

    /// Reads a whole number with the unit `m`, `h` or `d`, or `never`.
    ///
    /// Nil for anything else, for less than a minute and for more than ten years.
    package init?(_ text: String) {
        guard text != "never" else {
            seconds = nil
            return
        }
        let units: [Character: Int] = ["m": 60, "h": 3600, "d": 86400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()),
            text.first?.isWholeNumber == true,
            (1...(3660 * 86400 / unit)).contains(number)
        else { return nil }
        seconds = number * unit
    }

    /// The end of a lifetime that begins at `start`, on a full second.
    package func expiry(from start: Date) -> Expiry {
        guard let seconds else { return .never }
        return .at(
            Date(timeIntervalSince1970: (start.timeIntervalSince1970 + Double(seconds)).rounded(.down)))
    }

    /// How people say it: `48 h`, `7 d`, `90 min`, `never`.
    package var title: String {
        guard let seconds else { return "never" }
        if seconds % 86400 == 0, seconds > 2 * 86400 { return "\(seconds / 86400) d" }
        return seconds % 3600 == 0 ? "\(seconds / 3600) h" : "\(seconds / 60) min"
    }
}
