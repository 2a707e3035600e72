/// A path inside a site, relative to its root: components joined by `/`, never empty, never leaving the root.
///
/// Backslashes of Windows project files count as separators. Grammar: no empty component, no `.`, no `..`,
/// no drive, no leading separator, no NUL.
package struct SitePath: Hashable, Sendable {
    /// The components from the root down; at least one.
    package let components: [String]
    /// The components joined by `/`.
    package let description: String

    /// Creates a path from text such as `static\site.css` or `static/site.css`.
    ///
    /// `.` components are dropped and `..` takes back the component before it.
    ///
    /// - Parameter text: The path as a project file or a user writes it.
    /// - Throws: `Invalid` when it is empty, absolute, or leaves the root.
    package init(_ text: String) throws(Invalid) {
        var components: [String] = []
        let bytes = text.utf8
        guard !bytes.contains(0), bytes.first.map(Self.isSeparator) == false else {
            throw Invalid(text: text)
        }
        for part in bytes.split(whereSeparator: Self.isSeparator) {
            let component = String(Substring(part))
            switch component {
            case ".": continue
            case "..": guard components.popLast() != nil else { throw Invalid(text: text) }
            default: components.append(component)
            }
        }
        guard let first = components.first?.utf8, first.last != UInt8(ascii: ":"),
            first.dropFirst().first != UInt8(ascii: ":")
        else { throw Invalid(text: text) }
        // As long as its components with what joins them, and joined by nothing else: it is the description already.
        let length = components.reduce(components.count - 1) { $0 + $1.utf8.count }
        if bytes.count == length, !bytes.contains(UInt8(ascii: "\\")) {
            self.init(components, text)
        } else {
            self.init(components: components)
        }
    }

    private init(components: [String]) {
        self.components = components
        description = components.count == 1 ? components[0] : components.joined(separator: "/")
    }

    private init(_ components: [String], _ description: String) {
        self.components = components
        self.description = description
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }

    /// Creates the path of a file in the site's root.
    ///
    /// - Parameter name: A name that the program knows to be one component.
    package init(named name: StaticString) {
        self.init([name.description], name.description)
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

    /// The folders it stands in, the nearest first, the site's own left out.
    package var folders: some Sequence<SitePath> {
        sequence(first: self, next: \.folder).dropFirst()
    }

    /// A path below this one.
    package func appending(_ component: String) -> SitePath {
        SitePath(components + [component], "\(description)/\(component)")
    }

    /// Whether it is `folder` or stands below it.
    package func isInside(_ folder: SitePath) -> Bool {
        components.starts(with: folder.components)
    }
}

extension SitePath: CustomStringConvertible {
    package static func == (left: SitePath, right: SitePath) -> Bool { left.description == right.description }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}

extension SitePath: Comparable {
    /// Folder by folder, by the bytes of their names.
    package static func < (left: SitePath, right: SitePath) -> Bool {
        // A separator comes before every other byte, so that a folder's files stay together.
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8) {
            ($0 == UInt8(ascii: "/") ? 0 : $0) < ($1 == UInt8(ascii: "/") ? 0 : $1)
        }
    }
}
