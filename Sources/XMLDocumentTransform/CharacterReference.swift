/// Resolves the references that need no declaration: `&lt;`, `&#233;`, `&#xE9;`.
enum CharacterReference {
    /// The value of a decimal or hexadecimal digit.
    @inline(__always)
    static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }

    /// The scalar that the text between `&` and `;` stands for, or nil for an entity that a DTD declares.
    static func scalar(named name: ArraySlice<UInt8>) -> UnicodeScalar? {
        if name.first == UInt8(ascii: "#") {
            var digits = name.dropFirst()
            let isHexadecimal = digits.first == UInt8(ascii: "x")
            if isHexadecimal { digits = digits.dropFirst() }
            var value: UInt32 = 0
            for byte in digits {
                guard let digit = digit(byte), value < 0x110000 else { return nil }
                value = value * (isHexadecimal ? 16 : 10) + UInt32(digit)
            }
            return UnicodeScalar(value)
        }
        switch String(decoding: name, as: UTF8.self) {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: return nil
        }
    }

    /// The text of a stretch of markup with its references resolved; undeclared ones stay as they are written.
    static func resolve(_ markup: ArraySlice<UInt8>) -> String {
        guard markup.contains(UInt8(ascii: "&")) else { return String(decoding: markup, as: UTF8.self) }
        var result: [UInt8] = []
        result.reserveCapacity(markup.count)
        var index = markup.startIndex
        while index < markup.endIndex {
            if markup[index] == UInt8(ascii: "&"),
                let end = markup[index...].firstIndex(of: UInt8(ascii: ";")),
                let scalar = scalar(named: markup[index + 1..<end])
            {
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                index = end + 1
            } else {
                result.append(markup[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The first reference in `markup` to an entity that only a DTD could declare.
    static func entityName(in markup: ArraySlice<UInt8>) -> String? {
        var rest = markup
        while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
            guard let end = rest[start...].firstIndex(of: UInt8(ascii: ";")) else { return nil }
            let name = rest[start + 1..<end]
            if scalar(named: name) == nil { return String(decoding: name, as: UTF8.self) }
            rest = rest[(end + 1)...]
        }
        return nil
    }
}
