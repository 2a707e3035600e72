package import Diagnostics

/// A JSON document with comments that can be changed in places, every other byte staying as it is.
package struct JSONCDocument: Sendable {
    /// The document.
    package private(set) var bytes: [UInt8]
    /// Its value; nil when it holds nothing but comments and blanks.
    private(set) var root: JSONCNode?
    /// What the user calls the file.
    let file: String

    /// One step from a value to a part of it.
    enum Step: Sendable, Equatable {
        case member(String)
        case element(Int)
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: The document, in UTF-8, with or without a byte order mark.
    ///   - file: What the user calls the file, for messages.
    /// - Throws: A `Failure` that names the place where it is no JSON with comments.
    package init(_ bytes: [UInt8], file: String) throws(Failure) {
        self.bytes = bytes
        self.file = file
        do {
            root = try Self.parse(bytes)
        } catch {
            throw Failure(
                .badInput, id: "json-malformed", error.message,
                at: Self.location(of: error.offset, in: bytes, file: file),
                hint: "repair it there; the file is as it was")
        }
    }

    /// Where `offset` is.
    func location(of offset: Int) -> Diagnostic.Location {
        Self.location(of: offset, in: bytes, file: file)
    }

    /// The value at the end of `path`.
    func node(at path: [Step]) -> JSONCNode? {
        var node = root
        for step in path {
            switch step {
            case .member(let name): node = node?.member(name)
            case .element(let index):
                let elements = node?.elements ?? []
                node = elements.indices.contains(index) ? elements[index] : nil
            }
        }
        return node
    }

    /// Replaces ranges, which are in order and do not overlap, and reads the document again.
    ///
    /// - Throws: A `Failure` when the result would be no document; nothing is then changed.
    mutating func replace(_ replacements: [(range: Range<Int>, text: String)]) throws(Failure) {
        var changed = bytes
        for (range, text) in replacements.reversed() {
            changed.replaceSubrange(range, with: Array(text.utf8))
        }
        self = try JSONCDocument(changed, file: file)
    }

    private static func parse(_ bytes: [UInt8]) throws(JSONCParser.Problem) -> JSONCNode? {
        if let offset = firstInvalidByte(in: bytes) {
            throw JSONCParser.Problem(offset: offset, message: "a byte is no UTF-8")
        }
        return try JSONCParser.parse(bytes, from: start(of: bytes))
    }
}

extension JSONCDocument {
    /// Where the first byte behind a byte order mark stands.
    private static func start(of bytes: [UInt8]) -> Int {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return bytes.starts(with: mark) ? mark.count : 0
    }

    /// Where the first byte stands that belongs to no character.
    private static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
        var (parser, iterator, offset) = (Unicode.UTF8.ForwardParser(), bytes.makeIterator(), 0)
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let character): offset += character.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }

    /// The line and column of `offset`; a tab is one column, as in every `Diagnostic.Location`.
    private static func location(of offset: Int, in bytes: [UInt8], file: String) -> Diagnostic.Location {
        let before = String(decoding: bytes[min(start(of: bytes), offset)..<offset], as: UTF8.self)
        let lines = before.split(omittingEmptySubsequences: false) { ["\n", "\r", "\r\n"].contains($0) }
        return Diagnostic.Location(file: file, line: lines.count, column: (lines.last?.utf16.count ?? 0) + 1)
    }
}
