extension TextEncoding {
    /// What went wrong while characters were converted.
    enum ConversionError: Error, Equatable {
        /// The named character set is not known on this machine.
        case unknown(String)
        /// The bytes from this offset on are not text in the encoding.
        case undecodable(offset: Int)
        /// A character of the result does not exist in the encoding.
        case unencodable
    }

    /// The text of a document as UTF-8, without its byte order mark.
    ///
    /// UTF-8 itself is passed on unchecked: the parser judges it, and knows the line.
    func decode(_ bytes: [UInt8]) throws(ConversionError) -> [UInt8] {
        switch form {
        case .utf8: mark.isEmpty ? bytes : Array(bytes.dropFirst(mark.count))
        case .utf16(let bigEndian): try decodeUTF16(bytes, bigEndian: bigEndian)
        case .latin1: Self.decodeLatin1(bytes)
        case .named(let name):
            try CharacterSetConverter.convert(bytes, from: name, to: "UTF-8") { .undecodable(offset: $0) }
        }
    }

    /// The stored form of UTF-8 text, byte order mark included.
    func encode(_ text: [UInt8]) throws(ConversionError) -> [UInt8] {
        switch form {
        case .utf8: return mark.isEmpty ? text : mark + text
        case .utf16(let bigEndian):
            var result = mark
            result.reserveCapacity(text.count * 2 + 2)
            for unit in String(decoding: text, as: UTF8.self).utf16 {
                let high = UInt8(unit >> 8)
                let low = UInt8(unit & 0xFF)
                result.append(bigEndian ? high : low)
                result.append(bigEndian ? low : high)
            }
            return result
        case .latin1:
            var result: [UInt8] = []
            result.reserveCapacity(text.count)
            for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
                guard scalar.value <= 0xFF else { throw .unencodable }
                result.append(UInt8(scalar.value))
            }
            return result
        case .named(let name):
            return try CharacterSetConverter.convert(text, from: "UTF-8", to: name) { _ in .unencodable }
        }
    }

    private func decodeUTF16(_ bytes: [UInt8], bigEndian: Bool) throws(ConversionError) -> [UInt8] {
        guard bytes.count.isMultiple(of: 2) else { throw .undecodable(offset: bytes.count - 1) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = mark.count
        func unit(_ index: Int) -> UInt32 {
            let first = UInt32(bytes[index])
            let second = UInt32(bytes[index + 1])
            return bigEndian ? first << 8 | second : second << 8 | first
        }
        while index < bytes.count {
            var value = unit(index)
            if value >= 0xD800 && value < 0xE000 {
                guard value < 0xDC00, index + 3 < bytes.count, unit(index + 2) & 0xFC00 == 0xDC00 else {
                    throw .undecodable(offset: index)
                }
                value = 0x10000 + (value - 0xD800) << 10 + (unit(index + 2) - 0xDC00)
                index += 2
            }
            index += 2
            guard let scalar = UnicodeScalar(value) else { throw .undecodable(offset: index - 2) }
            result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return result
    }

    private static func decodeLatin1(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 {
                result.append(byte)
            } else {
                result.append(0xC0 | byte >> 6)
                result.append(0x80 | byte & 0x3F)
            }
        }
        return result
    }
}
