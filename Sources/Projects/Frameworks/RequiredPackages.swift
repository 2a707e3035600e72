/// The packages that a site says it needs, read line by line from its requirement files.
package enum RequiredPackages {
    /// The normalised names in the text of a `requirements.txt`.
    static func names(inRequirements text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isNewline).compactMap { name(at: $0) })
    }

    /// The normalised names in the text of a `requirements.txt` that says all by itself.
    ///
    /// Nil where another package can come in by a line: by an option such as `-r` or `-e`, a link, a path, or extras.
    package static func completeNames(inRequirements text: String) -> Set<String>? {
        var names: Set<String> = []
        for line in text.split(whereSeparator: \.isNewline) {
            // A comment begins a line or follows white space; what stands behind `;` is a condition.
            let line = line.replacing(/(^|\s)#.*/, with: "").replacing(/;.*/, with: "")
                .replacing("\\", with: "")
            let isHash = line.drop(while: \.isWhitespace).hasPrefix("--hash=")
            guard !isHash, line.contains(where: { !$0.isWhitespace }) else { continue }
            guard let name = name(at: line[...]), !line.contains(where: { "/[@$".contains($0) }),
                ![".whl", ".zip", ".gz"].contains(where: line.contains)
            else { return nil }
            names.insert(name)
        }
        return names
    }

    /// The normalised names in the text of a `pyproject.toml`: `dependencies` of a project or of Poetry.
    package static func names(inPyproject text: String) -> Set<String> {
        var names: Set<String> = []
        var table = ""
        var isInList = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = MSBuildText.trimmed(line)
            if !isInList, line.hasPrefix("[") {
                table = String(line.drop { $0 == "[" }.prefix { $0 != "]" })
                continue
            }
            let key = line.prefix { !" =".contains($0) }
            if table == "project", key == "dependencies" { isInList = true }
            if isInList {
                names.formUnion(quotedNames(in: line))
                let list = isolated(line)
                if list.hasSuffix("]") || list.hasSuffix("],") { isInList = false }
            } else if table.hasPrefix("tool.poetry"), table.hasSuffix("dependencies"),
                let name = name(at: key[...])
            {
                names.insert(name)
            }
        }
        return names
    }

    /// A name at the start of a line, normalised; nil for options, comments, links and blank lines.
    private static func name(at line: Substring) -> String? {
        let name = line.drop(while: \.isWhitespace).prefix {
            $0.isLetter || $0.isNumber || "-_.".contains($0)
        }
        guard let first = name.first, first != "-", first != "." else { return nil }
        return normalised(name)
    }

    private static func quotedNames(in line: String) -> [String] {
        // Every other piece between quotes is a string: pip's own syntax has no quotes outside of markers.
        line.split(omittingEmptySubsequences: false) { $0 == "\"" || $0 == "'" }.enumerated()
            .compactMap { offset, piece in offset % 2 == 1 ? name(at: piece) : nil }
    }

    /// The line without a comment behind it.
    private static func isolated(_ line: String) -> String {
        guard let comment = line.lastIndex(of: "#"),
            !line[comment...].contains(where: { $0 == "\"" || $0 == "'" })
        else { return line }
        return MSBuildText.trimmed(line[..<comment])
    }

    /// Case and the characters `-`, `_` and `.` make no difference (PEP 503).
    private static func normalised(_ name: some StringProtocol) -> String {
        name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
    }
}
