/// The value of a `Retry-After` header: seconds, or a date (RFC 9110 §10.2.3).
package enum RetryAfter {
    /// How many seconds to wait.
    ///
    /// - Parameters:
    ///   - value: The header's value.
    ///   - now: The server's time as its `Date` header gives it, else ours, in seconds since 1970.
    /// - Returns: nil when it is neither a number nor a date; 0 for a date that has passed.
    package static func seconds(_ value: String, now: Int) -> Int? {
        if let seconds = Int(value) { return max(seconds, 0) }
        return HTTPDate.seconds(value).map { max($0 - now, 0) }
    }
}

/// A date of HTTP, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7, the preferred form).
package enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The seconds since 1970; nil when it is no such date.
    package static func seconds(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, let day = Int(words[1]), let month = months.firstIndex(of: String(words[2])),
            let year = Int(words[3]), (1970...9999).contains(year), (1...31).contains(day)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3 else { return nil }
        return days(year, month + 1, day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    /// The days from 1970 to a day of the Gregorian calendar, years beginning in March.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.quotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
