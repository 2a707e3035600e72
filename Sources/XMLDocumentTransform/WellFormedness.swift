import CLibXML2
import Diagnostics

/// libxml2 as the judge of whether a document is well-formed XML with namespaces.
///
/// It builds no tree, loads nothing from anywhere and expands no entities; every error stays in this one parser.
@safe final class WellFormedness {
    private let parser: UnsafeMutablePointer<xmlParserCtxt>
    /// The first error that makes the document unusable.
    private var finding: (code: Int32, message: String, offset: Int?)?

    private init?() {
        guard let parser = unsafe xmlNewParserCtxt() else { return nil }
        unsafe self.parser = parser
        unsafe parser.pointee._private = Unmanaged.passUnretained(self).toOpaque()
        // Without these callbacks no tree is built; entity declarations are still kept and checked.
        if let handlers = unsafe parser.pointee.sax {
            unsafe handlers.pointee.startElementNs = nil
            unsafe handlers.pointee.endElementNs = nil
            unsafe handlers.pointee.characters = nil
            unsafe handlers.pointee.ignorableWhitespace = nil
            unsafe handlers.pointee.cdataBlock = nil
            unsafe handlers.pointee.comment = nil
            unsafe handlers.pointee.processingInstruction = nil
            unsafe handlers.pointee.reference = nil
            unsafe ptvsd_set_parser_error_handler(parser) { context, error in
                guard let context = unsafe context?.assumingMemoryBound(to: xmlParserCtxt.self),
                    let owner = unsafe context.pointee._private, let error = unsafe error?.pointee
                else { return }
                unsafe Unmanaged<WellFormedness>.fromOpaque(owner).takeUnretainedValue().record(error)
            }
        }
    }

    deinit {
        if let document = unsafe parser.pointee.myDoc { unsafe xmlFreeDoc(document) }
        unsafe parser.pointee.myDoc = nil
        unsafe xmlFreeParserCtxt(parser)
    }

    /// Checks a document.
    ///
    /// - Throws: A `Failure` with one diagnostic that says where the first error is.
    static func check(_ text: SourceText) throws(Failure) {
        try refuseZero(in: text)
        guard let judge = WellFormedness() else {
            throw Failure(
                .failed, id: "xml-out-of-memory", "there is not enough memory to read '\(text.file)'")
        }
        let bytes = ControlReferences.masked(text.utf8)
        guard let finding = judge.parse(bytes) else { return }
        let offset = ParserMessage.start(
            code: finding.code, in: text.utf8, near: finding.offset ?? text.utf8.count)
        let position = LineIndex(text.utf8).position(of: offset)
        let (message, hint) = ParserMessage.sentence(code: finding.code, message: finding.message)
        throw Failure(
            .badInput, id: ParserMessage.id(code: finding.code, message: finding.message), message,
            at: .init(file: text.file, line: position.line, column: position.column), hint: hint)
    }

    /// libxml2 takes a zero for the end of the document, and complains of what is missing then, or not at all.
    private static func refuseZero(in text: SourceText) throws(Failure) {
        guard let offset = text.utf8.firstIndex(of: 0) else { return }
        let position = LineIndex(text.utf8).position(of: offset)
        throw Failure(
            .badInput, id: "xml-malformed", "a zero byte stands here, which XML does not allow",
            at: .init(file: text.file, line: position.line, column: position.column),
            hint: "save the file as text, in the encoding it declares")
    }

    private func parse(_ bytes: [UInt8]) -> (code: Int32, message: String, offset: Int?)? {
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue | XML_PARSE_NOWARNING.rawValue
            | (bytes.count > 5_000_000 ? XML_PARSE_HUGE.rawValue : 0)
        let document = unsafe bytes.withUnsafeBytes { buffer in
            unsafe xmlCtxtReadMemory(
                parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil,
                nil,
                Int32(bitPattern: options))
        }
        if let document = unsafe document { unsafe xmlFreeDoc(document) }
        if let finding { return finding }
        return unsafe parser.pointee.wellFormed == 1 && parser.pointee.nsWellFormed == 1
            ? nil : (parser.pointee.errNo, "the document ends unexpectedly", nil)
    }

    private func record(_ error: xmlError) {
        let concernsNamespaces = unsafe error.domain == Int32(XML_FROM_NAMESPACE.rawValue)
        guard finding == nil,
            unsafe error.level == XML_ERR_FATAL || concernsNamespaces && error.level == XML_ERR_ERROR
        else { return }
        var offset: Int?
        // The document itself is the lowest input; entities lie above it.
        if let inputs = unsafe parser.pointee.inputTab, unsafe parser.pointee.inputNr > 0,
            let input = unsafe inputs[0], let current = unsafe input.pointee.cur,
            let base = unsafe input.pointee.base
        {
            unsafe offset = current - base + Int(input.pointee.consumed)
        }
        let message = unsafe error.message.map { unsafe String(cString: $0) } ?? ""
        unsafe finding = (error.code, message, offset)
    }
}
