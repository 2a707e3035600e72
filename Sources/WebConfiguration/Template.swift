package import Diagnostics

/// One of the embedded files of `Templates`, with places to fill in.
///
/// `{{name}}` becomes the value as it is: markup, or text that went through `attribute`. A line that begins with `{{?name}}` stands only
/// when that value is given; one that begins with `{{*name}}` is repeated for each row of that list.
package struct Template: Sendable {
    private let text: String

    /// The values for a template's places.
    package struct Values: Sendable {
        /// Name → text; an absent one drops the lines that ask for it.
        package var texts: [String: String] = [:]
        /// Name → rows of values.
        package var lists: [String: [[String: String]]] = [:]

        /// Creates a set of values.
        package init(_ texts: [String: String] = [:]) {
            self.texts = texts
        }
    }

    /// Opens the template at `path`, relative to `Templates`.
    ///
    /// - Throws: A `Failure` when the binary was built without it.
    package init(_ path: String) throws(Failure) {
        guard let text = EmbeddedTemplates.files[path] else {
            throw Failure(
                .failed, id: "template-missing", "the template '\(path)' is missing from this build")
        }
        self.text = text
    }

    /// The template with its places filled in.
    package func filled(with values: Values) -> String {
        var result = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            guard line.hasPrefix("{{?") || line.hasPrefix("{{*"), let end = line.firstRange(of: "}}") else {
                result += Self.fill(line, values.texts) + "\n"
                continue
            }
            let name = String(line[..<end.lowerBound].dropFirst(3))
            let rest = line[end.upperBound...]
            let rows =
                line.hasPrefix("{{*")
                ? values.lists[name] ?? [] : values.texts[name] == nil ? [] : [values.texts]
            for row in rows {
                result += Self.fill(rest, row) + "\n"
            }
        }
        return result
    }

    private static func fill(_ line: Substring, _ texts: [String: String]) -> String {
        var result = ""
        var rest = line
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}")
        {
            let name = String(rest[start.upperBound..<end.lowerBound])
            result += rest[..<start.lowerBound]
            result += texts[name] ?? ""
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    /// `text` as it stands between the double quotes of an XML attribute.
    package static func attribute(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#xA;"
            case "\r": result += "&#xD;"
            case "\t": result += "&#x9;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
