/// The line in which `curl` shows how far a transfer has come (its manual, "Progress meter").
enum CurlMeter {
    /// Reads one line of `curl`'s words.
    ///
    /// - Returns: About how many bytes of the file have been sent, to three digits; nil for anything else.
    static func sent(_ line: String) -> Int? {
        let columns = line.split(whereSeparator: \.isWhitespace)
        // Total, received and sent with percentages; two rates, three times, the rate of now.
        guard columns.count == 12, columns.prefix(5).allSatisfy({ $0.first?.isNumber == true }),
            columns[8...10].allSatisfy({ $0.contains(":") })
        else { return nil }
        return size(columns[5])
    }

    /// Whether a line is one of the two above the meter, or what is left of it.
    static func isHead(_ line: String) -> Bool {
        line.contains("% Received") || line.contains("Dload") || line.allSatisfy(\.isWhitespace)
    }

    /// Reads a number such as `384k` or `12.3M`, in units of 1024.
    private static func size(_ text: Substring) -> Int? {
        let power = text.last.flatMap { "kMGTP".firstIndex(of: $0) }
        guard let power else { return Int(text) }
        guard let number = Double(text.dropLast()), number.isFinite, number >= 0 else { return nil }
        let shift = 10 * ("kMGTP".distance(from: "kMGTP".startIndex, to: power) + 1)
        return Int(exactly: (number * Double(1 << shift)).rounded())
    }
}
