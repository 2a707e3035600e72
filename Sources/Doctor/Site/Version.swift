/// A version number of Python's kind, compared by its release numbers (PEP 440).
struct Version: Comparable, Sendable {
    private let numbers: [Int]

    /// Reads the numbers at the beginning: `1.6.7.post1` counts as `1.6.7`.
    init(_ text: String) {
        var numbers: [Int] = []
        for part in text.split(separator: ".") {
            guard let number = Int(part.prefix(while: \.isNumber)) else { break }
            numbers.append(number)
        }
        self.numbers = numbers
    }

    static func < (one: Version, other: Version) -> Bool {
        let count = max(one.numbers.count, other.numbers.count)
        func padded(_ version: Version) -> [Int] {
            version.numbers + Array(repeating: 0, count: count - version.numbers.count)
        }
        return padded(one).lexicographicallyPrecedes(padded(other))
    }

    static func == (one: Version, other: Version) -> Bool { !(one < other) && !(other < one) }
}
