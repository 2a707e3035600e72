/// What no site needs: excluded from plain folders unless an ignore file says otherwise.
enum DefaultExclusions {
    /// Rules in the syntax of `.gitignore`, each group with the reason shown to users.
    private static let groups: [(reason: String, rules: [String])] = [
        (
            "version control",
            [
                ".git", ".hg", ".svn", ".bzr", "CVS/", ".gitignore", ".gitattributes", ".gitmodules",
                ".hgignore", ".webappignore",
            ]
        ),
        ("compiled Python", ["__pycache__/", "*.pyc", "*.pyo"]),
        ("packages of Node.js", ["node_modules/"]),
        (
            "environment file, may hold secrets",
            [".env*", "!.env.example", "!.env.sample", "!.env.template"]
        ),
        ("editor files", [".vs/", ".vscode/", ".idea/", "*.suo", "*.sln", "*.code-workspace", "*.swp"]),
        (
            "cache of a tool",
            [
                ".mypy_cache/", ".pytest_cache/", ".ruff_cache/", ".tox/", ".nox/", ".hypothesis/",
                ".ipynb_checkpoints/", ".eggs/", ".coverage", ".ptvs/",
            ]
        ),
        ("build output", ["/bin/publish/", "/obj/"]),
        ("files of the desktop", [".DS_Store", "Thumbs.db", "desktop.ini"]),
    ]

    /// All rules, a line each, and the reason of every line.
    private static let file = IgnoreFile(
        parsing: Array(groups.flatMap(\.rules).joined(separator: "\n").utf8), name: "")
    private static let reasons = groups.flatMap { group in group.rules.map { _ in group.reason } }

    /// Why a path, relative to the site's root, is not published by default; nil when it is.
    static func reason(for path: String, isFolder: Bool) -> String? {
        let bytes = Array(path.utf8)
        let name = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[($0 + 1)...] } ?? bytes[...]
        guard let rule = file.rule(for: bytes, name: name, isFolder: isFolder), !rule.isNegated else {
            return nil
        }
        return reasons[rule.line - 1]
    }
}

/// Files that are never published, whatever a project or an ignore file says.
enum NeverPublished {
    /// Whether a name with this byte can be one of these: each has one of them.
    private static func isTelling(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "b"), UInt8(ascii: "g"), UInt8(ascii: "j"): true
        default: false
        }
    }

    /// Why a file of that name is never published; nil when it may be.
    static func reason(for name: String) -> String? {
        // Hardly any name needs a closer look.
        guard name.utf8.contains(where: isTelling) else { return nil }
        let name = name.lowercased()
        let inner = name.dropFirst("web.".count).dropLast(".config".count)
        if name.hasPrefix("web."), name.hasSuffix(".config"), name.utf8.count > "web..config".utf8.count,
            !inner.isEmpty
        {
            return "transform of web.config, applied instead of published"
        }
        // Also with something behind, as in `site.pyproj.user`.
        let extensions = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .dropFirst()
        if extensions.contains(where: { $0.elementsEqual("pyproj".utf8) }) { return "project file" }
        if extensions.contains(where: { $0.elementsEqual("pubxml".utf8) }) { return "publish profile" }
        if name.hasSuffix(".publishsettings") { return "publish profile with a password" }
        if name.hasPrefix(".ptvsd-publish-") { return "temporary file of an interrupted publish" }
        return nil
    }
}
