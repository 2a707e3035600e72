/// The `%XX` escapes of MSBuild: how a project file spells characters that otherwise mean something.
///
/// Evaluation keeps text escaped until it is used, so that an escaped `;` or `*` never splits or matches.
enum MSBuildEscapes {
    /// The text with every `%XX` replaced by the character of that code; anything else stays.
    ///
    /// One pass only: `%253f` becomes `%3f`.
    static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
            else {
                result.append(bytes[index])
                index += 1
                continue
            }
            // The code is a UTF-16 unit below 256, not a UTF-8 byte: `%E9` is "é".
            result.append(contentsOf: String(Unicode.Scalar(high << 4 | low)).utf8)
            index += 3
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text with every character that MSBuild gives a meaning to written as `%XX`.
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var result: [UInt8] = []
        for byte in text.utf8 {
            guard isSpecial(byte) else {
                result.append(byte)
                continue
            }
            result.append(UInt8(ascii: "%"))
            result.append(contentsOf: String(byte, radix: 16).utf8)
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "$"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: "'"):
            true
        default:
            false
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
