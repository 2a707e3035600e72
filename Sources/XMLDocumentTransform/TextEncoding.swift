import Diagnostics

/// How a document's characters are stored, and the way from there to UTF-8 and back.
///
/// A byte order mark decides; without one the first bytes tell UTF-16 apart, and the declaration names anything
/// else (XML 1.0, appendix F). A declaration that contradicts the bytes, such as `utf-16` in a file of single
/// bytes, loses.
struct TextEncoding: Sendable, Equatable {
    /// The families that are stored differently.
    enum Form: Sendable, Equatable {
        case utf8
        case utf16(bigEndian: Bool)
        case latin1
        /// Any other character set, by the name that `iconv` knows it under.
        case named(String)
    }

    /// How characters are stored.
    var form: Form
    /// The byte order mark the document starts with, or nothing.
    var mark: [UInt8]
    /// The largest scalar that can be written as it is; larger ones are written as character references.
    var largestScalar: UInt32

    /// Finds out how `bytes` are encoded.
    init(detectedIn bytes: [UInt8]) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            self.init(.utf8, mark: [0xEF, 0xBB, 0xBF])
        } else if bytes.starts(with: [0xFF, 0xFE]) {
            self.init(.utf16(bigEndian: false), mark: [0xFF, 0xFE])
        } else if bytes.starts(with: [0xFE, 0xFF]) {
            self.init(.utf16(bigEndian: true), mark: [0xFE, 0xFF])
        } else if bytes.starts(with: [0x3C, 0x00]) {
            self.init(.utf16(bigEndian: false), mark: [])
        } else if bytes.starts(with: [0x00, 0x3C]) {
            self.init(.utf16(bigEndian: true), mark: [])
        } else {
            self.init(declared: Self.declaredName(in: bytes))
        }
    }

    private init(_ form: Form, mark: [UInt8], largestScalar: UInt32 = 0x10FFFF) {
        self.form = form
        self.mark = mark
        self.largestScalar = largestScalar
    }

    private init(declared name: String?) {
        switch name?.lowercased() {
        case nil, "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "ucs-2", "iso-10646-ucs-2", "unicode":
            self.init(.utf8, mark: [])
        case "us-ascii", "ascii":
            // Its characters are UTF-8's too, and stray larger ones survive that way.
            self.init(.utf8, mark: [], largestScalar: 0x7F)
        case "iso-8859-1", "latin1", "l1":
            self.init(.latin1, mark: [], largestScalar: 0xFF)
        case .some:
            // Which larger characters a named set holds is known to iconv only: references are always right.
            self.init(.named(name ?? ""), mark: [], largestScalar: 0x7F)
        }
    }

    /// The value of `encoding` in an XML declaration made of ASCII bytes.
    private static func declaredName(in bytes: [UInt8]) -> String? {
        let head = bytes.prefix(400)
        guard head.starts(with: Array("<?xml".utf8)), let end = head.firstIndex(of: UInt8(ascii: ">")) else {
            return nil
        }
        let words = String(decoding: head[..<end], as: UTF8.self).split(
            separator: "encoding", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2 else { return nil }
        let rest = words[1].drop { $0 == "=" || $0.isWhitespace }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        let name = rest.dropFirst().prefix { $0 != quote }
        let isName = name.utf8.allSatisfy { byte in
            byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || byte >= 0x30 && byte <= 0x39)
                || byte == 0x2E || byte == 0x5F || byte == 0x2D
        }
        return isName && !name.isEmpty ? String(name) : nil
    }
}
