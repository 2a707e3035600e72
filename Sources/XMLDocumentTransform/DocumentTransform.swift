public import Diagnostics

/// A parsed XML document transform (XDT), ready to be applied to any number of documents.
///
/// The language is that of `web.config` transforms: a document whose elements carry `xdt:Transform` and
/// `xdt:Locator` attributes in the namespace `http://schemas.microsoft.com/XML-Document-Transform`.
public struct DocumentTransform: Sendable {
    private let transform: TransformDocument

    /// Reads a transform.
    ///
    /// - Parameters:
    ///   - bytes: The transform document, in any encoding XML allows.
    ///   - file: The name used in diagnostics.
    /// - Throws: A `Failure` that says where the document is malformed.
    public init(parsing bytes: [UInt8], file: String) throws(Failure) {
        transform = try TransformDocument(bytes, file: file)
    }

    /// What became of a document.
    public struct Outcome: Sendable {
        /// The transformed document; bytes that no transform touched are those of the source.
        public var output: [UInt8]
        /// Errors, warnings and notes in the order in which they arose.
        public var diagnostics: [Diagnostic]
        /// Whether no error arose; warnings do not matter.
        public var succeeded: Bool { !diagnostics.contains { $0.severity == .error } }
    }

    /// Applies the transform to a document.
    ///
    /// An error in one transform does not keep the others from running, so that all errors are reported at once.
    ///
    /// - Parameters:
    ///   - source: The document, in any encoding XML allows.
    ///   - sourceFile: The name used in diagnostics.
    /// - Returns: The transformed document and what was noticed.
    /// - Throws: A `Failure` that says where the source is malformed.
    public func apply(to source: [UInt8], file sourceFile: String) throws(Failure) -> Outcome {
        let document = try ParsedDocument(source, file: sourceFile)
        let run = TransformRun(transform, to: document)
        run.run()
        guard run.target.isChanged else { return Outcome(output: source, diagnostics: run.diagnostics) }
        FormattingPass.run(on: run.target)
        let encoding = document.source.encoding
        guard encoding.writesBack(document.source) else {
            throw Failure(
                .badInput, id: "xdt-encoding-ambiguous",
                "'\(sourceFile)' cannot be written back in '\(encoding.name)' without changing bytes that nobody touched",
                at: .init(file: sourceFile, line: 1, column: 1),
                hint: "save the file as UTF-8 and declare that")
        }
        let text = Serializer.serialize(run.target, largestScalar: encoding.largestScalar)
        do {
            return Outcome(output: try encoding.encode(text), diagnostics: run.diagnostics)
        } catch {
            throw Failure(
                .badInput, id: "xdt-unencodable",
                "the result holds a character that the encoding '\(encoding.name)' of '\(sourceFile)' does not have",
                at: .init(file: sourceFile, line: 1, column: 1),
                hint: "save the file as UTF-8 and declare that")
        }
    }
}

extension TextEncoding {
    /// Whether the text of `source`, stored again, has the bytes it was read from.
    ///
    /// Sets with states or with several forms of a character, such as UTF-7 and ISO-2022-JP, have other bytes then.
    fileprivate func writesBack(_ source: SourceText) -> Bool {
        guard case .named = form else { return true }
        return (try? encode(source.utf8)) == source.stored
    }
}

extension TransformRun {
    /// The place of an offset in the source.
    func sourceLocation(_ offset: Int) -> Diagnostic.Location {
        let position = sourceLines.position(of: offset)
        return .init(file: source.source.file, line: position.line, column: position.column)
    }
}
