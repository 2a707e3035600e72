import CLibXML2

/// Puts libxml2's findings into the sentences that this program speaks in.
enum ParserMessage {
    /// The identifier for an error.
    static func id(code: Int32, message: String) -> String {
        if isAboutDepth(message) { return "xml-too-deep" }
        return UInt32(bitPattern: code) == XML_ERR_DOCUMENT_EMPTY.rawValue ? "xml-no-root" : "xml-malformed"
    }

    /// Whether nesting is the trouble: the code for that changed between versions of libxml2, the words did not.
    private static func isAboutDepth(_ message: String) -> Bool { message.hasPrefix("Excessive depth") }

    /// The sentence for elements that nest too deeply, whoever notices.
    static let tooDeep = "elements are nested deeper than \(Limits.depth) levels"

    /// Where the culprit starts: libxml2 reports some errors when it has read past it.
    static func start(code: Int32, in text: [UInt8], near offset: Int) -> Int {
        let before = text[..<min(max(offset, 0), text.count)]
        switch UInt32(bitPattern: code) {
        case XML_ERR_TAG_NAME_MISMATCH.rawValue:
            return before.lastIndex(of: UInt8(ascii: "<")).map { $0 + 2 } ?? offset
        case XML_NS_ERR_UNDEFINED_NAMESPACE.rawValue:
            return before.lastIndex(of: UInt8(ascii: "<")).map { $0 + 1 } ?? offset
        case XML_ERR_UNDECLARED_ENTITY.rawValue:
            return before.lastIndex(of: UInt8(ascii: "&")) ?? offset
        default: return offset
        }
    }

    /// The sentence for an error, and what to do about it.
    static func sentence(code: Int32, message: String) -> (message: String, hint: String?) {
        if isAboutDepth(message) { return (tooDeep, nil) }
        let said = message.trimmingSuffix { $0.isWhitespace }
        switch UInt32(bitPattern: code) {
        case XML_ERR_TAG_NAME_MISMATCH.rawValue:
            return (
                "the end tag does not fit the start tag: \(lowercased(said))",
                "close every element in the reverse order of opening"
            )
        case XML_ERR_DOCUMENT_END.rawValue:
            return (
                "something stands behind the end of the root element, and a document has one root only",
                "remove what follows, or put it into the root element"
            )
        case XML_ERR_TAG_NOT_FINISHED.rawValue, XML_ERR_GT_REQUIRED.rawValue:
            return (
                "the document ends or breaks off inside markup: \(lowercased(said))",
                "write the '>' that is missing, or what the file has lost"
            )
        case XML_ERR_DOCUMENT_EMPTY.rawValue:
            return ("the document has no root element: a start tag was expected here", nil)
        case XML_ERR_UNDECLARED_ENTITY.rawValue:
            return (
                "an entity is used that is not declared: \(lowercased(said))",
                "write '&' as '&amp;', and characters as themselves or as '&#number;'"
            )
        case XML_NS_ERR_UNDEFINED_NAMESPACE.rawValue:
            return (
                "a prefix is used that is not declared: \(lowercased(said))",
                "declare it with an 'xmlns:' attribute on the element or one around it"
            )
        case XML_ERR_INVALID_CHAR.rawValue, XML_ERR_INVALID_ENCODING.rawValue:
            return (
                "a character or byte is not allowed in XML: \(lowercased(said))",
                "save the file in the encoding it declares"
            )
        default:
            return ("the XML is malformed: \(lowercased(said))", nil)
        }
    }

    private static func lowercased(_ said: String) -> String {
        // libxml2 shows the bytes on a second line; only the first is a sentence.
        let line = String(said.prefix { $0 != "\n" })
        guard let first = line.first, line.dropFirst().first?.isUppercase != true else { return line }
        return first.lowercased() + line.dropFirst()
    }
}

extension String {
    /// The string without the characters at its end that satisfy `predicate`.
    func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return String(self[..<end])
    }
}
