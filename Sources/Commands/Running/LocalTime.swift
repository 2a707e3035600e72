#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Times as people read them.
enum LocalTime {
    /// A date in the time zone of this machine, such as `Tue 24 Nov 15:04`.
    static func text(_ date: Date) -> String {
        var seconds = time_t(date.timeIntervalSince1970)
        var fields = tm()
        localtime_r(&seconds, &fields)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let year = Int(fields.tm_year) + 1900
        let day = "\(days[Int(fields.tm_wday)]) \(fields.tm_mday) \(months[Int(fields.tm_mon)])"
        let yearText = year == Int(currentYear) ? "" : " \(year)"
        return "\(day)\(yearText) \(twoDigits(fields.tm_hour)):\(twoDigits(fields.tm_min))"
    }

    /// How far `date` lies ahead of `now`, such as `in 47 h`, or `2 d ago`.
    static func distance(to date: Date, from now: Date) -> String {
        let minutes = Int((date.timeIntervalSince(now) / 60).rounded())
        let size = abs(minutes)
        let amount = size < 120 ? "\(size) min" : size < 2 * 1440 ? "\(size / 60) h" : "\(size / 1440) d"
        return date > now ? "in \(amount)" : "\(amount) ago"
    }

    private static var currentYear: Int32 {
        var seconds = time(nil)
        var fields = tm()
        localtime_r(&seconds, &fields)
        return fields.tm_year + 1900
    }

    private static func twoDigits(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
