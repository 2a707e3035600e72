/// One line of a deployment's log.
package struct DeploymentLogEntry: Sendable, Hashable, Decodable {
    package var id: String?
    package var message: String?
    /// 0 for a message, 1 for a warning, 2 for an error; a parent takes the worst of its children.
    package var type: Int?
    /// There when it has lines of its own below it.
    package var detailsURL: String?

    private enum CodingKeys: String, CodingKey {
        case id, message, type
        case detailsURL = "details_url"
    }

    /// Creates an entry.
    package init(id: String?, message: String?, type: Int? = 0, detailsURL: String? = nil) {
        (self.id, self.message, self.type, self.detailsURL) = (id, message, type, detailsURL)
    }

    /// Its text line by line: Oryx joins several by a backslash and an `n`.
    package var lines: [String] {
        (message ?? "").replacing("\\n", with: "\n").split(whereSeparator: \.isNewline)
            .map { line in
                let end = line.lastIndex { !$0.isWhitespace }
                return end.map { String(line[...$0]) } ?? ""
            }
            .filter { !$0.isEmpty }
    }
}

/// What has been seen of a log that grows, so that each line is shown once.
package struct DeploymentLog: Sendable {
    private var seen: [String: Int] = [:]
    /// The last lines that are errors, newest last.
    package private(set) var errors: [String] = []
    /// The last line of all.
    package private(set) var lastLine: String?

    /// Creates an empty log.
    package init() {}

    /// Takes in a list of entries as it is now.
    ///
    /// - Parameters:
    ///   - entries: All entries so far, oldest first.
    ///   - parent: The entry that they stand below; nil for those of the deployment itself.
    /// - Returns: The lines that are new.
    package mutating func newLines(in entries: [DeploymentLogEntry], of parent: String? = nil) -> [String] {
        let key = parent ?? ""
        let before = seen[key] ?? 0
        guard entries.count > before else { return [] }
        seen[key] = entries.count
        let added = entries[before...]
        for entry in added where entry.type == 2 {
            errors = (errors + entry.lines).suffix(5)
        }
        let lines = added.flatMap(\.lines)
        lastLine = lines.last ?? lastLine
        // Children often repeat the line of their parent.
        return lines
    }
}
