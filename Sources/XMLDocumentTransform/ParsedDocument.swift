import Diagnostics

/// A document that was found well-formed and split into nodes.
struct ParsedDocument: Sendable {
    /// The document as read.
    let source: SourceText
    /// Its nodes; never changed here, so it is also the document as it was before any transform.
    let tree: NodeTree

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: The document, in any encoding XML allows.
    ///   - file: The name used in diagnostics.
    /// - Throws: A `Failure` that says where the document is malformed.
    init(_ bytes: [UInt8], file: String) throws(Failure) {
        source = try SourceText(bytes, file: file)
        try WellFormedness.check(source)
        do {
            tree = try Tokenizer.tokenize(source.utf8)
        } catch {
            let position = LineIndex(source.utf8).position(of: error.offset)
            throw Failure(
                .badInput, id: error.id, error.sentence,
                at: .init(file: file, line: position.line, column: position.column))
        }
    }
}

extension Tokenizer.Problem {
    fileprivate var offset: Int {
        switch self {
        case .malformed(let offset), .tooDeep(let offset): offset
        }
    }

    fileprivate var id: String {
        switch self {
        case .malformed: "xml-malformed"
        case .tooDeep: "xml-too-deep"
        }
    }

    fileprivate var sentence: String {
        switch self {
        case .malformed: "the XML is malformed: markup was expected here"
        case .tooDeep: ParserMessage.tooDeep
        }
    }
}
