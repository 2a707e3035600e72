import Diagnostics

/// A skip rule of Web Deploy, an item `MsDeploySkipRules`: what a deployment leaves alone.
///
/// A rule means the absolute paths that its expression matches anywhere, letters of either case, and with a folder
/// everything in it.
struct SkipRule: Sendable, Hashable {
    /// What a rule is about.
    enum Object: Sendable, Hashable {
        case files, folders, both
    }

    /// The rule's name: its `Include`.
    var name: String
    var object: Object
    /// A regular expression for absolute paths of Windows.
    var expression: String
    /// Whether what it means stays at the target, but is sent all the same: `SkipAction` is `Delete`.
    var isAboutDeleting: Bool

    /// Whether the expression only matches from the root of a path.
    var isRooted: Bool { expression.hasPrefix("^") || expression.contains(":") }

    /// How rules are told which paths they mean; compiled once, for many paths.
    struct Matcher {
        private let object: Object
        private let expression: Regex<AnyRegexOutput>
        private let roots: [String]

        /// Compiles a rule.
        ///
        /// - Parameters:
        ///   - rule: The rule.
        ///   - roots: What may stand before a path in the site, as `D:\home\site\wwwroot`.
        init?(_ rule: SkipRule, below roots: [String]) {
            guard let expression = try? Regex(rule.expression).ignoresCase() else { return nil }
            (self.object, self.expression, self.roots) = (rule.object, expression, roots)
        }

        /// Whether the rule means a file or folder of the site, or a folder that it stands in.
        func matches(_ path: String, isFolder: Bool) -> Bool {
            let components = path.split(separator: "/")
            return components.indices.contains { index in
                let isFolder = isFolder || index < components.count - 1
                guard object == .both || (object == .folders) == isFolder else { return false }
                let text = components[...index].map { "\\\($0)" }.joined()
                return roots.contains { root in
                    // Rules for what is in a folder end with a separator.
                    [text, isFolder ? text + "\\" : text].contains { (root + $0).contains(expression) }
                }
            }
        }
    }
}

extension SkipRule {
    /// Reads an item; nil when it is a rule about something else than files.
    ///
    /// - Throws: `Unclear` when nobody can tell here which files it means.
    init?(_ item: Item) throws(Unclear) {
        let action = item["SkipAction"]?.lowercased() ?? ""
        name = item.include
        expression = item["AbsolutePath"].map { MSBuildText.trimmed($0) } ?? ""
        isAboutDeleting = action == "delete"
        switch MSBuildText.trimmed(item["ObjectName"] ?? "").lowercased() {
        case "": object = .both
        case "filepath": object = .files
        case "dirpath": object = .folders
        case "contentpath", "iisapp": throw Unclear()
        default: return nil
        }
        guard !expression.isEmpty, MSBuildText.isBlank(item["XPath"] ?? ""),
            (try? Regex(expression)) != nil
        else { throw Unclear() }
    }

    /// It cannot be told which files a rule means.
    struct Unclear: Error {}
}
