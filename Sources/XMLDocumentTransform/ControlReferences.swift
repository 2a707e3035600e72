/// References to control characters, such as `&#x1;`, which .NET reads and writes though XML 1.0 forbids them.
enum ControlReferences {
    /// The text with such references made harmless without moving anything, for libxml2 to judge.
    static func masked(_ text: [UInt8]) -> [UInt8] {
        var result = text
        var index = 0
        while let ampersand = text.place(of: UInt8(ascii: "&"), from: index), ampersand + 3 < text.count {
            index = ampersand + 1
            guard text[index] == UInt8(ascii: "#") else { continue }
            let start = index + 1
            let isHexadecimal = text[start] == UInt8(ascii: "x")
            var end = isHexadecimal ? start + 1 : start
            var value = 0
            while end < text.count, value < 0x20, let digit = CharacterReference.digit(text[end]),
                isHexadecimal || digit < 10
            {
                value = value * (isHexadecimal ? 16 : 10) + digit
                end += 1
            }
            let isControl = value > 0 && value < 0x20 && value != 9 && value != 10 && value != 13
            if isControl, end < text.count, text[end] == UInt8(ascii: ";") {
                // A tab: zeros and a nine.
                for place in (isHexadecimal ? start + 1 : start)..<end { result[place] = UInt8(ascii: "0") }
                result[end - 1] = UInt8(ascii: "9")
            }
            index = start
        }
        return result
    }
}
