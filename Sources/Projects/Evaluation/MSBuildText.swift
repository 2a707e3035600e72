/// The small lexical rules that MSBuild text follows: white space, lists, balanced references.
enum MSBuildText {
    /// The text without white space at both ends.
    static func trimmed(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return first == 0 && last == bytes.count - 1
            ? String(text) : String(decoding: bytes[first...last], as: UTF8.self)
    }

    /// Whether the text holds white space at most.
    static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy(isSpace)
    }

    /// The trimmed, non-empty fragments of a `;` list; a `;` inside a reference such as `@(A->'%(B);')` does not split.
    static func fragments(of list: String) -> [String] {
        guard list.utf8.contains(UInt8(ascii: ";")) else {
            let only = trimmed(list)
            return only.isEmpty ? [] : [only]
        }
        let bytes = Array(list.utf8)
        var fragments: [String] = []
        var start = 0
        var index = 0
        var isOpen = false
        while index <= bytes.count {
            if index < bytes.count, bytes[index] != UInt8(ascii: ";") {
                if !isOpen, isReference(bytes, at: index) {
                    let end = closing(bytes, from: index + 1)
                    // After one that is never closed, looking on would cost the square of the length.
                    isOpen = end == nil
                    index = end ?? index
                }
                index += 1
                continue
            }
            let fragment = trimmed(String(decoding: bytes[start..<index], as: UTF8.self))
            if !fragment.isEmpty { fragments.append(fragment) }
            index += 1
            start = index
        }
        return fragments
    }

    /// The names of the properties that a text refers to, also those within functions, in order.
    static func propertyNames(in text: String) -> [String] {
        let bytes = Array(text.utf8)
        return bytes.indices.dropLast(2).filter { index in
            bytes[index] == UInt8(ascii: "$") && bytes[index + 1] == UInt8(ascii: "(")
        }.compactMap { index in
            let rest = bytes[(index + 2)...].drop(while: isSpace)
            let name = String(decoding: rest.prefix(while: isNameByte), as: UTF8.self)
            // `$(Registry:…)` and `$([Type]::…)` are no properties.
            guard isName(name), rest.dropFirst(name.utf8.count).first != UInt8(ascii: ":") else { return nil }
            return name
        }
    }

    /// Whether `$(`, `@(` or `%(` starts at `index`.
    static func isReference(_ bytes: [UInt8], at index: Int) -> Bool {
        guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "(") else { return false }
        return bytes[index] == UInt8(ascii: "$") || bytes[index] == UInt8(ascii: "@")
            || bytes[index] == UInt8(ascii: "%")
    }

    /// Where the `(` at `open` is closed, parentheses nested and quoted text skipped; nil when it never is.
    static func closing(_ bytes: [UInt8], from open: Int) -> Int? {
        var depth = 0
        var quote: UInt8?
        for index in open..<bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): quote = byte
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return nil
    }

    /// Whether the text is a name that a property, an item or a metadata may have.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, isNameByte(first), !isDigit(first), first != UInt8(ascii: "-")
        else {
            return false
        }
        return text.utf8.allSatisfy { isNameByte($0) }
    }

    /// Whether the byte may stand in a name; everything outside ASCII may.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "-"), 0x80...:
            true
        default:
            isDigit(byte)
        }
    }

    /// Whether the byte is an ASCII digit.
    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// Whether the byte is ASCII white space.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
