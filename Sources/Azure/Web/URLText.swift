/// Escaping for addresses.
package enum URLText {
    /// `text` with everything escaped but RFC 3986's unreserved characters and those in `kept`.
    package static func escaped(_ text: some StringProtocol, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(Character(Unicode.Scalar(byte)))
            case let byte where kept.utf8.contains(byte):
                result.append(Character(Unicode.Scalar(byte)))
            default:
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }

    /// `name=value` pairs joined by `&`.
    package static func query(_ items: [(String, String)]) -> String {
        items.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
    }
}
