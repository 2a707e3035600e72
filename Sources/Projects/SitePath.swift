/// A path inside a site, relative to its root: components joined by `/`, never empty, never leaving the root.
///
/// Backslashes of Windows project files count as separators. Grammar: no empty component, no `.`, no `..`,
/// no drive, no leading separator, no NUL.
package struct SitePath: Hashable, Sendable {
    /// The components from the root down; at least one.
    package let components: [String]

    /// Creates a path from text such as `static\site.css` or `static/site.css`.
    ///
    /// `.` components are dropped and `..` takes back the component before it.
    ///
    /// - Parameter text: The path as a project file or a user writes it.
    /// - Throws: `Invalid` when it is empty, absolute, or leaves the root.
    package init(_ text: String) throws(Invalid) {
        var components: [String] = []
        guard !text.contains("\0"), text.first != "/", text.first != "\\" else { throw Invalid(text: text) }
        for component in text.split(whereSeparator: { $0 == "/" || $0 == "\\" }) where component != "." {
            guard component != ".." else {
                guard components.popLast() != nil else { throw Invalid(text: text) }
                continue
            }
            components.append(String(component))
        }
        guard let first = components.first, !first.hasSuffix(":"), !first.dropFirst().hasPrefix(":") else {
            throw Invalid(text: text)
        }
        self.components = components
    }

    private init(components: [String]) {
        self.components = components
    }

    /// Creates the path of a file in the site's root.
    ///
    /// - Parameter name: A name that the program knows to be one component.
    package init(named name: StaticString) {
        components = [name.description]
    }

    /// The text is empty, absolute or leads out of the site.
    package struct Invalid: Error, Equatable {
        /// The path as it was given.
        package var text: String
    }

    /// The last component: the name of the file.
    package var name: String { components[components.count - 1] }

    /// The folder it stands in; nil in the root.
    package var folder: SitePath? {
        components.count > 1 ? SitePath(components: components.dropLast()) : nil
    }

    /// A path below this one.
    package func appending(_ component: String) -> SitePath {
        SitePath(components: components + [component])
    }

    /// Whether it is `folder` or stands below it.
    package func isInside(_ folder: SitePath) -> Bool {
        components.starts(with: folder.components)
    }
}

extension SitePath: CustomStringConvertible {
    /// The components joined by `/`.
    package var description: String { components.joined(separator: "/") }
}

extension SitePath: Comparable {
    /// Folder by folder, by the bytes of their names.
    package static func < (left: SitePath, right: SitePath) -> Bool {
        left.components.lexicographicallyPrecedes(right.components) {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }
}
