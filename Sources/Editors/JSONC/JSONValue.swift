/// A JSON value that is to be written: what stands in a document is a `JSONCNode`.
package indirect enum JSONValue: Sendable, Equatable {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case array([JSONValue])
    case object([Member])

    /// A member of an object; their order is kept.
    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}

extension JSONValue {
    /// The value as text in the manner of `layout`, behind something that stands on a line indented by `indentation`.
    func text(_ layout: JSONCLayout, indentation: String) -> String {
        switch self {
        case .string(let text): Self.quoted(text)
        case .integer(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .array(let elements) where elements.allSatisfy(\.isScalar):
            "[" + elements.map { $0.text(layout, indentation: indentation) }.joined(separator: ", ") + "]"
        case .array(let elements):
            Self.block("[", "]", elements.map { ("", $0) }, layout, indentation)
        case .object(let members):
            Self.block("{", "}", members.map { (Self.quoted($0.name) + ": ", $0.value) }, layout, indentation)
        }
    }

    private var isScalar: Bool {
        switch self {
        case .string, .integer, .boolean: true
        case .array, .object: false
        }
    }

    private static func block(
        _ opening: String, _ closing: String, _ items: [(String, JSONValue)], _ layout: JSONCLayout,
        _ indentation: String
    ) -> String {
        guard !items.isEmpty else { return opening + closing }
        let inner = indentation + layout.indentation
        let lines = items.map { inner + $0.0 + $0.1.text(layout, indentation: inner) }
        return opening + layout.lineEnd + lines.joined(separator: "," + layout.lineEnd) + layout.lineEnd
            + indentation + closing
    }

    /// `text` in quotes (RFC 8259, section 7).
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
