import Diagnostics

/// Reads JSON with comments and trailing commas, as Visual Studio Code writes and reads its settings.
///
/// The grammar is RFC 8259 with `//` and `/* */` comments between tokens and one comma more behind a last part.
struct JSONCParser {
    /// What is wrong with a document, and at which byte.
    struct Problem: Error, Equatable {
        var offset: Int
        var message: String
    }

    /// How deep values may be nested.
    static let depthLimit = 200

    let bytes: [UInt8]
    private(set) var position: Int
    private var depth = 0

    private init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = start
    }

    /// Reads a whole document.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - start: Where it begins, behind a byte order mark.
    /// - Returns: Its value; nil when it holds nothing but comments and blanks.
    /// - Throws: A `Problem` when it is no document of this kind.
    static func parse(_ bytes: [UInt8], from start: Int) throws(Problem) -> JSONCNode? {
        var parser = JSONCParser(bytes, from: start)
        try parser.skipTrivia()
        guard parser.current != nil else { return nil }
        let root = try parser.value()
        try parser.skipTrivia()
        guard parser.current == nil else {
            throw Problem(offset: parser.position, message: "\(parser.found) follows the end of the value")
        }
        return root
    }

    /// The byte at hand; nil at the end.
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// What stands at the position, in words.
    var found: String {
        guard let current else { return "the end of the file" }
        guard current >= 0x20, current != 0x7F else { return "a control character" }
        let character = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
            .first
        return character.map { "'\($0)'" } ?? "a byte that is no UTF-8"
    }

    mutating func advance(by count: Int = 1) { position += count }

    /// Skips blanks, line ends and comments.
    mutating func skipTrivia() throws(Problem) {
        while let byte = current {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): advance()
            case UInt8(ascii: "/"): try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(Problem) {
        let start = position
        switch position + 1 < bytes.count ? bytes[position + 1] : 0 {
        case UInt8(ascii: "/"):
            while let byte = current, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { advance() }
        case UInt8(ascii: "*"):
            advance(by: 2)
            while position + 1 < bytes.count {
                if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                    return advance(by: 2)
                }
                advance()
            }
            throw Problem(offset: start, message: "a comment that begins with '/*' has no end")
        default:
            throw Problem(offset: start, message: "'/' begins neither a comment nor a value")
        }
    }

    private mutating func value() throws(Problem) -> JSONCNode {
        let start = position
        let content: JSONCNode.Content
        switch current {
        case UInt8(ascii: "{"):
            content = .object(try nested { (parser) throws(Problem) in try parser.members() })
        case UInt8(ascii: "["):
            content = .array(try nested { (parser) throws(Problem) in try parser.elements() })
        case UInt8(ascii: "\""): content = .string(try string())
        default:
            if let number = try number() { content = number } else { content = try literal() }
        }
        return JSONCNode(content: content, range: start..<position)
    }

    private mutating func nested<Part>(
        _ read: (inout JSONCParser) throws(Problem) -> [Part]
    ) throws(Problem) -> [Part] {
        depth += 1
        guard depth <= Self.depthLimit else {
            throw Problem(offset: position, message: "values are nested more than \(Self.depthLimit) deep")
        }
        advance()
        let parts = try read(&self)
        depth -= 1
        return parts
    }

    private mutating func members() throws(Problem) -> [JSONCMember] {
        var members: [JSONCMember] = []
        while try !reachesEnd(UInt8(ascii: "}")) {
            let start = position
            guard current == UInt8(ascii: "\"") else {
                throw Problem(offset: start, message: "\(found) stands where a name in quotes is expected")
            }
            let name = try string()
            let nameRange = start..<position
            try skipTrivia()
            guard current == UInt8(ascii: ":") else {
                throw Problem(
                    offset: position, message: "\(found) stands where ':' behind \"\(name)\" is expected")
            }
            advance()
            try skipTrivia()
            members.append(JSONCMember(name: name, nameRange: nameRange, value: try value()))
            try separator(before: UInt8(ascii: "}"))
        }
        return members
    }

    private mutating func elements() throws(Problem) -> [JSONCNode] {
        var elements: [JSONCNode] = []
        while try !reachesEnd(UInt8(ascii: "]")) {
            elements.append(try value())
            try separator(before: UInt8(ascii: "]"))
        }
        return elements
    }

    /// Whether `closing` comes next; it is then taken.
    private mutating func reachesEnd(_ closing: UInt8) throws(Problem) -> Bool {
        try skipTrivia()
        guard current == closing else { return false }
        advance()
        return true
    }

    /// Takes the comma behind a part, which may be missing before `closing`.
    private mutating func separator(before closing: UInt8) throws(Problem) {
        try skipTrivia()
        if current == UInt8(ascii: ",") {
            advance()
        } else if current != closing {
            let mark = Character(Unicode.Scalar(closing))
            throw Problem(offset: position, message: "\(found) stands where ',' or '\(mark)' is expected")
        }
    }
}
