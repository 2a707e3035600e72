/// Writes characters the way the reference writes them, or as references where they would not survive.
enum Escaping {
    /// Character data from the markup it was read from: references resolved, then only what must be escaped.
    ///
    /// A carriage return stays one: as a reference if it was one, as it is if it ended a line.
    static func text(_ markup: ArraySlice<UInt8>, largestScalar: UInt32) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(markup.count)
        var index = markup.startIndex
        while index < markup.endIndex {
            let byte = markup[index]
            if byte == UInt8(ascii: "&"), let end = markup[index...].firstIndex(of: UInt8(ascii: ";")),
                let scalar = CharacterReference.scalar(named: markup[index + 1..<end])
            {
                append(scalar, to: &result, largestScalar, keepsReturn: false)
                index = end + 1
            } else if byte < 0x80 {
                append(UnicodeScalar(byte), to: &result, largestScalar, keepsReturn: true)
                index += 1
            } else {
                var end = index + 1
                while end < markup.endIndex, markup[end] & 0xC0 == 0x80 { end += 1 }
                for scalar in String(decoding: markup[index..<end], as: UTF8.self).unicodeScalars {
                    append(scalar, to: &result, largestScalar, keepsReturn: true)
                }
                index = end
            }
        }
        return result
    }

    /// An attribute value between double quotes.
    static func attribute(_ value: String, largestScalar: UInt32) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result.append(contentsOf: "&quot;".utf8)
            case "\n": result.append(contentsOf: "&#xA;".utf8)
            default: append(scalar, to: &result, largestScalar, keepsReturn: false)
            }
        }
        return result
    }

    private static func append(
        _ scalar: UnicodeScalar, to result: inout [UInt8], _ largestScalar: UInt32, keepsReturn: Bool
    ) {
        switch scalar {
        case "&": result.append(contentsOf: "&amp;".utf8)
        case "<": result.append(contentsOf: "&lt;".utf8)
        case ">": result.append(contentsOf: "&gt;".utf8)
        case "\t", "\n": result.append(UInt8(scalar.value))
        case "\r" where keepsReturn: result.append(0x0D)
        default:
            if scalar.value < 0x20 || scalar.value > largestScalar {
                result.append(contentsOf: "&#x\(String(scalar.value, radix: 16, uppercase: true));".utf8)
            } else {
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }
}
