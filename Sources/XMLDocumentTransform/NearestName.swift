/// Finds what somebody who misspelt a name probably meant.
package enum NearestName {
    /// A hint that proposes a name, or lists all of them where none is near.
    static func hint(for name: String, among names: [String]) -> String {
        if let nearest = nearest(to: name, among: names) { return "did you mean '\(nearest)'?" }
        return "the names are \(names.joined(separator: ", ")); case matters"
    }

    /// The name that differs from `name` in at most a third of its characters, case aside; nil where none is as near.
    package static func nearest(to name: String, among names: [String]) -> String? {
        let nearest = names.map { (name: $0, distance: distance(name.lowercased(), $0.lowercased())) }
            .min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= max(1, nearest.name.count / 3) else { return nil }
        return nearest.name
    }

    /// How many characters must be changed, added or left out to get from one name to the other.
    private static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first.prefix(64))
        let second = Array(second)
        var row = Array(0...second.count)
        for (line, character) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in second.indices {
                let cost = min(
                    diagonal + (second[column] == character ? 0 : 1), row[column] + 1, row[column + 1] + 1)
                diagonal = row[column + 1]
                row[column + 1] = cost
            }
        }
        return row[second.count]
    }
}
