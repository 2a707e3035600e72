/// One finding about the user's input: what is wrong, where, and the way out.
///
/// Rendered as `file:line:column: severity: message`, the form that editors and terminals jump to.
public struct Diagnostic: Hashable, Sendable {
    /// How much a finding matters: an error stops the work, a warning or note never does.
    public enum Severity: String, Sendable, Codable, CaseIterable {
        /// The input cannot be used as it is.
        case error
        /// The input is used, but probably not as its author meant.
        case warning
        /// Something worth knowing; nothing is wrong.
        case note
    }

    /// A place in a file.
    ///
    /// Lines and columns are 1-based; columns count UTF-16 code units, a tab is one.
    public struct Location: Hashable, Sendable {
        /// The file as the user named it, or as it is called inside the project.
        public var file: String
        /// The 1-based line, where known.
        public var line: Int?
        /// The 1-based column in UTF-16 code units, where known.
        public var column: Int?

        /// Creates a place in `file`; without a line the whole file is meant.
        public init(file: String, line: Int? = nil, column: Int? = nil) {
            self.file = file
            self.line = line
            self.column = column
        }
    }

    /// How much it matters.
    public var severity: Severity
    /// A stable identifier in kebab case, such as `xdt-no-match`, for scripts and documentation.
    public var id: String
    /// One lower-case sentence that names the thing in quotes.
    public var message: String
    /// Where it was found, if it belongs to a file.
    public var location: Location?
    /// What to do about it, as a sentence.
    public var hint: String?

    /// Creates a finding.
    public init(
        _ severity: Severity, id: String, _ message: String, at location: Location? = nil, hint: String? = nil
    ) {
        self.severity = severity
        self.id = id
        self.message = message
        self.location = location
        self.hint = hint
    }

    /// Creates an error.
    public static func error(
        _ id: String, _ message: String, at location: Location? = nil, hint: String? = nil
    ) -> Diagnostic {
        Diagnostic(.error, id: id, message, at: location, hint: hint)
    }

    /// Creates a warning.
    public static func warning(
        _ id: String, _ message: String, at location: Location? = nil, hint: String? = nil
    ) -> Diagnostic {
        Diagnostic(.warning, id: id, message, at: location, hint: hint)
    }

    /// Creates a note.
    public static func note(
        _ id: String, _ message: String, at location: Location? = nil, hint: String? = nil
    ) -> Diagnostic {
        Diagnostic(.note, id: id, message, at: location, hint: hint)
    }
}

extension Diagnostic.Location: CustomStringConvertible {
    /// The place as `file:line:column`, as far as it is known.
    public var description: String {
        [file, line.map(String.init), column.map(String.init)].compactMap(\.self).joined(separator: ":")
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The finding as one line for a terminal, followed by its hint in parentheses.
    public var description: String {
        let place = location.map { "\($0): " } ?? ""
        let wayOut = hint.map { " (\($0))" } ?? ""
        return "\(place)\(severity.rawValue): \(message)\(wayOut)".plainLine
    }
}
