/// The line in which `curl` shows how far a transfer has come (its manual, "Progress meter").
enum CurlMeter {
    /// Reads one line of `curl`'s words.
    ///
    /// - Returns: About how many bytes of the file have been sent, to three digits; nil for anything else.
    static func sent(_ line: String) -> Int? {
        // Total, received and sent, each with its percentage, and two rates; times and the rate of now follow, which
        // curl 8.18 and later leave out where they are not known.
        let columns = line.split(whereSeparator: \.isWhitespace).prefix(8).compactMap(size)
        return columns.count == 8 ? columns[5] : nil
    }

    /// Whether a line is one of the two above the meter, or what is left of it.
    static func isHead(_ line: String) -> Bool {
        line.contains("% Received") || line.contains("Dload") || line.allSatisfy(\.isWhitespace)
    }

    /// Reads a number such as `384k` or `12.3M`, in units of 1024.
    private static func size(_ text: Substring) -> Int? {
        let power = text.last.flatMap { "kMGTP".firstIndex(of: $0) }
        guard let power else { return Int(text).flatMap { $0 < 0 ? nil : $0 } }
        guard let number = Double(text.dropLast()), number.isFinite, number >= 0 else { return nil }
        let shift = 10 * ("kMGTP".distance(from: "kMGTP".startIndex, to: power) + 1)
        return Int(exactly: (number * Double(1 << shift)).rounded())
    }
}
