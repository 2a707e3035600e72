/// Paths as project files write them: `\` or `/` between components, letters of either case.
enum PathText {
    /// The components, separators of both kinds; empty ones and `.` are dropped, `..` stays where nothing precedes it.
    ///
    /// A leading separator leaves no trace: see `isAbsolute`.
    static func components(_ path: some StringProtocol) -> [String] {
        var components: [String] = []
        for part in path.utf8.split(whereSeparator: { isSeparator($0) }) {
            let component = String(decoding: part, as: UTF8.self)
            if component == "." { continue }
            if component == "..", let last = components.last, last != ".." {
                components.removeLast()
                continue
            }
            components.append(component)
        }
        return components
    }

    /// Whether the path starts at a root: `/x`, `\x` or `C:\x`.
    static func isAbsolute(_ path: some StringProtocol) -> Bool {
        guard let first = path.utf8.first else { return false }
        return isSeparator(first) || hasDrive(path)
    }

    /// Whether the path starts with a drive letter.
    static func hasDrive(_ path: some StringProtocol) -> Bool {
        path.utf8.dropFirst().first == UInt8(ascii: ":")
    }

    /// The path with `/` between its components, lexically normalised.
    static func normalised(_ path: some StringProtocol) -> String {
        components(path).joined(separator: "/")
    }

    /// A text that is equal for paths that Windows takes for one and the same.
    static func key(_ path: some StringProtocol) -> String {
        (isAbsolute(path) && !hasDrive(path) ? "/" : "") + normalised(path).lowercased()
    }

    /// The text after the last separator.
    static func name(_ path: String) -> String {
        String(decoding: path.utf8.split(whereSeparator: isSeparator).last ?? [][...], as: UTF8.self)
    }

    /// Whether the byte separates components.
    static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }
}
