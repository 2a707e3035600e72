import Diagnostics

/// A document as read: its bytes, its text as UTF-8, and the way from offsets to places.
struct SourceText: Sendable {
    /// The document as stored.
    let stored: [UInt8]
    /// The text as UTF-8, without a byte order mark.
    let utf8: [UInt8]
    /// How the text is stored.
    let encoding: TextEncoding
    /// The name used in diagnostics.
    let file: String

    /// Decodes a document.
    ///
    /// - Parameters:
    ///   - stored: The document as stored.
    ///   - file: The name used in diagnostics.
    /// - Throws: A `Failure` for a document that is empty, too large, or not text in its encoding.
    init(_ stored: [UInt8], file: String) throws(Failure) {
        let start = Diagnostic.Location(file: file, line: 1, column: 1)
        guard stored.count <= Limits.documentBytes else {
            throw Failure(
                .badInput, id: "xml-too-large",
                "the document has \(stored.count) bytes; at most \(Limits.documentBytes) are accepted",
                at: start)
        }
        encoding = TextEncoding(detectedIn: stored)
        self.stored = stored
        self.file = file
        do {
            utf8 = try encoding.decode(stored)
        } catch .undecodable(let offset) {
            let readable = (try? encoding.decode(Array(stored[..<min(offset, stored.count)]))) ?? []
            let position = LineIndex(readable).position(of: readable.count)
            throw Failure(
                .badInput, id: "xml-wrong-encoding",
                "the bytes here are not text in the document's encoding, '\(encoding.name)'",
                at: .init(file: file, line: position.line, column: position.column),
                hint: "correct the encoding in the XML declaration, or save the file in that encoding")
        } catch {
            throw Failure(
                .badInput, id: "xml-unknown-encoding", "the encoding '\(encoding.name)' is not known",
                at: start,
                hint: "save the file as UTF-8 and declare that")
        }
        guard utf8.contains(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
            throw Failure(
                .badInput, id: "xml-empty",
                "the file '\(file)' is empty; an XML document needs a root element",
                at: start)
        }
    }
}

extension TextEncoding {
    /// The name to show to people.
    var name: String {
        switch form {
        case .utf8: largestScalar < 0x80 ? "us-ascii" : "UTF-8"
        case .utf16(let bigEndian): bigEndian ? "UTF-16BE" : "UTF-16LE"
        case .latin1: "ISO-8859-1"
        case .named(let name): name
        }
    }
}
