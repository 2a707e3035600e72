import Sites

/// The time that a zip says a file was written at: made from its contents, not from any clock.
///
/// Kudu copies a file only if its time differs from that of the deployed one, and looks at neither contents nor
/// size; Python takes a `.pyc` for current as long as time and size of its source are the same. A true time fails
/// both ways: a checkout gives unchanged files new times, and two edits within the 2 seconds of DOS times share
/// one. So: other contents, other time; the same contents, the same time, on every machine. It lies between 2000
/// and 2020, never in the future; with 331 million steps, one change in as many goes unseen.
struct EntryTime: Equatable {
    /// Year, month and day in DOS form.
    let date: UInt16
    /// Hour, minute and second in DOS form.
    let time: UInt16

    private static let days: UInt64 = 7671

    /// Derives the time of a file with the contents `digest`.
    init(_ digest: ContentDigest) {
        let (day, step) = (digest.prefix % (Self.days * 43_200)).quotientAndRemainder(dividingBy: 43_200)
        // Days in cycles of four years from 2000; no century of other rules lies within.
        let (cycle, dayOfCycle) = day.quotientAndRemainder(dividingBy: 1461)
        let yearOfCycle = dayOfCycle < 366 ? 0 : 1 + (dayOfCycle - 366) / 365
        var rest = yearOfCycle == 0 ? dayOfCycle : (dayOfCycle - 366) % 365
        let lengths: [UInt64] = [31, yearOfCycle == 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var month = 0
        while rest >= lengths[month] {
            rest -= lengths[month]
            month += 1
        }
        date = UInt16((20 + cycle * 4 + yearOfCycle) << 9 | UInt64(month + 1) << 5 | (rest + 1))
        time = UInt16((step / 1800) << 11 | (step / 30 % 60) << 5 | step % 30)
    }
}
