package import Diagnostics

extension XMLElement {
    /// Reads the root element of a document.
    ///
    /// - Parameters:
    ///   - bytes: The document, in any encoding XML allows.
    ///   - file: The name used in diagnostics.
    /// - Throws: A `Failure` that says where the document is malformed.
    package init(parsing bytes: [UInt8], file: String) throws(Failure) {
        throw Failure(.badInput, id: "xml-malformed", "not built yet", at: .init(file: file))
    }
}
