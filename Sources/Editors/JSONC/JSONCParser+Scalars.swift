extension JSONCParser {
    /// Reads a string at whose opening quote the position is.
    mutating func string() throws(Problem) -> String {
        let start = position
        var units: [UInt8] = []
        advance()
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                advance()
                return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"):
                units += Array(String(try escape()).utf8)
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw Problem(offset: start, message: "a string has no closing quote on its line")
            case ..<0x20:
                throw Problem(offset: position, message: "a control character stands in a string")
            default:
                units.append(byte)
                advance()
            }
        }
        throw Problem(offset: start, message: "a string has no closing quote")
    }

    /// Reads an escape (RFC 8259, section 7); a half of a surrogate pair alone becomes U+FFFD.
    private mutating func escape() throws(Problem) -> Unicode.Scalar {
        let start = position
        advance()
        let byte = current
        advance()
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let unit = fourDigits(at: position) else { break }
            advance(by: 4)
            guard (0xD800...0xDBFF).contains(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u"), let low = fourDigits(at: position + 2),
                (0xDC00...0xDFFF).contains(low)
            else { return "\u{FFFD}" }
            advance(by: 6)
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
        default: break
        }
        throw Problem(offset: start, message: "'\\' begins no escape that JSON knows")
    }

    private func fourDigits(at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        let digits = bytes[start..<start + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Reads a number (RFC 8259, section 6); nil when none begins here.
    mutating func number() throws(Problem) -> JSONCNode.Content? {
        let start = position
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { advance() }
        let whole = digits()
        guard !whole.isEmpty else {
            guard !isNegative else { throw Problem(offset: start, message: "'-' begins no number") }
            return nil
        }
        guard whole.count == 1 || whole.first != UInt8(ascii: "0") else {
            throw Problem(offset: start, message: "a number begins with '0'")
        }
        if current == UInt8(ascii: ".") {
            advance()
            guard !digits().isEmpty else { throw Problem(offset: start, message: "a number ends in '.'") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            advance()
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { advance() }
            guard !digits().isEmpty else { throw Problem(offset: start, message: "a number has no exponent") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> ArraySlice<UInt8> {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { advance() }
        return bytes[start..<position]
    }

    /// Reads `true`, `false` or `null`.
    mutating func literal() throws(Problem) -> JSONCNode.Content {
        let start = position
        while let byte = current, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { advance() }
        switch String(decoding: bytes[start..<position], as: UTF8.self) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        case "":
            throw Problem(offset: start, message: "\(found) stands where a value is expected")
        case let word:
            throw Problem(offset: start, message: "'\(word)' stands where a value is expected")
        }
    }
}
