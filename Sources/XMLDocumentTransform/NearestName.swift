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

    /// How many characters must be changed, added, left out or swapped with their neighbour to get from one name to
    /// the other.
    private static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first.prefix(64))
        let second = Array(second)
        var rows = [Array(0...second.count)]
        for line in first.indices {
            var row = [line + 1]
            for column in second.indices {
                let isSame = second[column] == first[line]
                var cost = min(
                    rows[line][column] + (isSame ? 0 : 1), row[column] + 1, rows[line][column + 1] + 1)
                if line > 0, column > 0, first[line] == second[column - 1], first[line - 1] == second[column]
                {
                    cost = min(cost, rows[line - 1][column - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[first.count][second.count]
    }
}
