import Diagnostics

extension JSONCDocument {
    /// Replaces the value at the end of `path`.
    ///
    /// - Throws: A `Failure` when the result would be no document.
    mutating func replaceValue(at path: [Step], with value: JSONValue) throws(Failure) {
        guard let node = node(at: path) else { return }
        let indentation = JSONCLayout.lineIndentation(at: node.range.lowerBound, in: bytes)
        try replace([(node.range, value.text(layout, indentation: indentation))])
    }

    /// Adds a member behind the last one of the object at the end of `path`.
    ///
    /// - Throws: A `Failure` when the result would be no document.
    mutating func addMember(_ name: String, _ value: JSONValue, toObjectAt path: [Step]) throws(Failure) {
        try insert(into: path) { layout, indentation in
            JSONValue.string(name).text(layout, indentation: indentation) + ": "
                + value.text(layout, indentation: indentation)
        }
    }

    /// Adds an element behind the last one of the array at the end of `path`.
    ///
    /// - Throws: A `Failure` when the result would be no document.
    mutating func addElement(_ value: JSONValue, toArrayAt path: [Step]) throws(Failure) {
        try insert(into: path) { layout, indentation in value.text(layout, indentation: indentation) }
    }

    /// Makes `value` the value of a document that holds nothing but comments and blanks.
    ///
    /// - Throws: A `Failure` when the result would be no document.
    mutating func begin(with value: JSONValue) throws(Failure) {
        let text = value.text(layout, indentation: "") + layout.lineEnd
        let ends: [UInt8] = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        let startsLine = bytes.last.map { ends.contains($0) || $0 == 0xBF } ?? true
        try replace([(bytes.count..<bytes.count, (startsLine ? "" : layout.lineEnd) + text)])
    }

    /// The layout that additions follow.
    private var layout: JSONCLayout { JSONCLayout(of: bytes, root: node(at: [])) }

    /// Inserts a part behind everything that stands in an object or array, its comments included.
    ///
    /// - Parameters:
    ///   - path: Where the object or array is.
    ///   - text: The part, in a layout and with the indentation of its line.
    /// - Throws: A `Failure` when the result would be no document.
    private mutating func insert(
        into path: [Step], _ text: (JSONCLayout, String) -> String
    ) throws(Failure) {
        guard let container = node(at: path) else { return }
        let (layout, parts) = (layout, container.parts)
        let outer = JSONCLayout.lineIndentation(at: container.range.lowerBound, in: bytes)
        let inner =
            parts.last.flatMap { JSONCLayout.indentation(of: $0.lowerBound, in: bytes) }
            ?? outer + layout.indentation
        let closing = container.range.upperBound - 1
        let lastPart = parts.last?.upperBound
        let tail = Tail(bytes, from: lastPart ?? container.range.lowerBound + 1, to: closing)
        let part = text(layout, inner)
        let staysOnLine =
            lastPart != nil && !part.contains(layout.lineEnd)
            && !bytes[container.range].contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        var replacements: [(Range<Int>, String)] = []
        if let lastPart, tail.comma == nil { replacements.append((lastPart..<lastPart, ",")) }
        var addition = (staysOnLine ? " " : layout.lineEnd + inner) + part
        if tail.comma != nil { addition += "," }
        if !staysOnLine, !tail.endsLine { addition += layout.lineEnd + outer }
        replacements.append((tail.end..<tail.end, addition))
        try replace(replacements)
    }
}

/// What stands between the last part of an object or array and its closing bracket.
private struct Tail {
    /// Where a trailing comma stands.
    private(set) var comma: Int?
    /// Behind the last comment or comma, else where it begins.
    private(set) var end: Int
    /// Whether a line ends behind `end`.
    private(set) var endsLine = false

    init(_ bytes: [UInt8], from start: Int, to closing: Int) {
        end = start
        var position = start
        while position < closing {
            switch bytes[position] {
            case UInt8(ascii: ","):
                comma = position
                position += 1
                (end, endsLine) = (position, false)
            case UInt8(ascii: "/"):
                position = Self.commentEnd(bytes, from: position, to: closing)
                (end, endsLine) = (position, false)
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                endsLine = true
                position += 1
            default:
                position += 1
            }
        }
    }

    private static func commentEnd(_ bytes: [UInt8], from start: Int, to closing: Int) -> Int {
        if bytes[start + 1] == UInt8(ascii: "/") {
            return bytes[start..<closing].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
                ?? closing
        }
        var position = start + 2
        while position + 1 < closing,
            bytes[position] != UInt8(ascii: "*") || bytes[position + 1] != UInt8(ascii: "/")
        {
            position += 1
        }
        return position + 2
    }
}
