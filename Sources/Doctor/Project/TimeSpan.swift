/// A length of time as IIS writes it: `hh:mm:ss`, with days before it as `d.hh:mm:ss`.
enum TimeSpan {
    /// The seconds that `text` stands for; nil when it is none.
    static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let minutes = Int(parts[1]), let seconds = Int(parts[2]) else { return nil }
        let first = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(first.count), let hours = first.last.flatMap({ Int($0) }) else { return nil }
        let days = first.count == 2 ? Int(first[0]) : 0
        return days.map { (($0 * 24 + hours) * 60 + minutes) * 60 + seconds }
    }
}
