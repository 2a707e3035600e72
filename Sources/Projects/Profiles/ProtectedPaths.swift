/// What a publish leaves alone at its target, though it is no part of the site: the data of its users.
package struct ProtectedPaths: Sendable, Hashable {
    /// Whether `App_Data` is left alone.
    package var appData = false
    /// The skip rules of Web Deploy.
    var rules: [SkipRule] = []
    /// What may stand before a path at the target, as `D:\home\site\wwwroot`.
    var roots: [String] = []

    /// Creates an empty protection.
    package init() {}

    /// Whether nothing is protected.
    package var isEmpty: Bool { !appData && rules.isEmpty }

    /// A test for many paths.
    ///
    /// - Returns: Whether the file or folder at a path in the site is left alone.
    package func test() -> (_ path: String, _ isFolder: Bool) -> Bool {
        let matchers = rules.compactMap { SkipRule.Matcher($0, below: [""] + roots) }
        return { path, isFolder in
            appData && path.prefix { $0 != "/" }.lowercased() == "app_data"
                || matchers.contains { $0.matches(path, isFolder: isFolder) }
        }
    }
}
