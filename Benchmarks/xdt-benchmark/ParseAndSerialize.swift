import CLibXML2

/// What libxml2 needs to read the same bytes into a tree and write them again: the yardstick.
enum ParseAndSerialize {
    /// Reads and writes a document; returns the size of the result.
    static func run(_ bytes: [UInt8]) -> Int {
        let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_HUGE.rawValue)
        let document = bytes.withUnsafeBytes { buffer in
            xmlReadMemory(
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil,
                options)
        }
        guard let document else { return 0 }
        defer { xmlFreeDoc(document) }
        var text: UnsafeMutablePointer<xmlChar>?
        var count: Int32 = 0
        xmlDocDumpMemory(document, &text, &count)
        ptvsd_xml_free(text)
        return Int(count)
    }
}
