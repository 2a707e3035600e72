import Diagnostics
import Files
import SystemPackage

/// The rules of one `.gitignore` or `.webappignore` file, which hold for the folder it stands in and those below.
struct IgnoreFile {
    /// How its exclusions call it, such as `static/.gitignore`.
    let name: String
    /// The folder it stands in, relative to the walk's root, with a trailing `/`; empty for the root.
    let base: [UInt8]
    /// The path from the folder of a file above the root down to the root, with a trailing `/`; else empty.
    let descent: [UInt8]
    /// The rules in order.
    let rules: [IgnoreRule]
    /// The bytes that the name of a file begins and ends with if a rule matches it; nil where it can be any.
    private let bounds: (first: Set<UInt8>, last: Set<UInt8>)?

    /// Reads the text of an ignore file.
    ///
    /// - Parameters:
    ///   - text: Its bytes.
    ///   - name: How exclusions call it.
    ///   - base: The folder it stands in, relative to the root; empty for the root and above.
    ///   - descent: The way from its folder down to the root, for files above the root.
    init(parsing text: [UInt8], name: String, base: String = "", descent: String = "") {
        self.name = name
        self.base = base.isEmpty ? [] : Array("\(base)/".utf8)
        self.descent = descent.isEmpty ? [] : Array("\(descent)/".utf8)
        let content = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rules = lines.enumerated().compactMap { offset, line in
            IgnoreRule(line.last == 0x0D ? line.dropLast() : line, line: offset + 1)
        }
        bounds = Self.bounds(rules.filter { !$0.needsFolder })
    }

    private static func bounds(_ rules: [IgnoreRule]) -> (first: Set<UInt8>, last: Set<UInt8>)? {
        var bounds: (first: Set<UInt8>, last: Set<UInt8>) = ([], [])
        for rule in rules {
            switch rule.bound {
            case .first(let byte): bounds.first.insert(byte)
            case .last(let byte): bounds.last.insert(byte)
            case nil: return nil
            }
        }
        return bounds
    }

    /// The last rule that matches `path`, relative to the root; nil when none does.
    func rule(for path: [UInt8], name: ArraySlice<UInt8>, isFolder: Bool) -> IgnoreRule? {
        if !isFolder, let bounds, let first = name.first, let last = name.last,
            !bounds.first.contains(first), !bounds.last.contains(last)
        {
            return nil
        }
        let path = descent.isEmpty ? path[...] : (descent + path)[...]
        guard base.isEmpty || path.starts(with: base) else { return nil }
        let relative = path.dropFirst(base.count)
        for index in rules.indices.reversed()
        where rules[index].matches(relative, name: name, isFolder: isFolder) {
            return rules[index]
        }
        return nil
    }
}

/// The ignore files that hold in one folder, from the outermost to the innermost.
struct IgnoreFiles {
    /// The files; later ones win.
    var files: [IgnoreFile] = []

    /// What the rules say of a path: the file and rule that decide; nil when none speaks of it.
    func verdict(on path: String, isFolder: Bool) -> (file: IgnoreFile, rule: IgnoreRule)? {
        guard !files.isEmpty else { return nil }
        let bytes = Array(path.utf8)
        let name = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[($0 + 1)...] } ?? bytes[...]
        for file in files.reversed() {
            if let rule = file.rule(for: bytes, name: name, isFolder: isFolder) { return (file, rule) }
        }
        return nil
    }
}
