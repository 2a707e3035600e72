/// Damages documents at random, byte by byte and token by token.
package struct DocumentMutator {
    private static let tokens: [[UInt8]] = [
        "<", ">", "/>", "</", "<c>", "</c>", "<a/>", "\"", "'", "=", "&", ";", "&lt;", "&#1;", "&#x10FFFF;",
        "&e;",
        "<!--", "-->", "--", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE c [<!ENTITY e 'x'>]>", "\r\n", "\n",
        "\r",
        "\t", " ", "  ", "\u{FEFF}", "é", "😀", "xmlns=\"urn:q\"", "xmlns=\"\"", "xmlns:p=\"urn:p\"",
        "p:q=\"1\"",
        " xml:space=\"preserve\"", " xdt:Transform=\"Insert\"", " xdt:Transform=\"Remove\"",
        " xdt:Transform=\"RemoveAll\"", " xdt:Transform=\"Replace\"", " xdt:Transform=\"InsertIfMissing\"",
        " xdt:Transform=\"SetAttributes\"", " xdt:Transform=\"RemoveAttributes\"",
        " xdt:Transform=\"CommentOut\"",
        " xdt:Transform=\"InsertBefore(*)\"", " xdt:Transform=\"InsertAfter(/*/*[last()])\"",
        " xdt:Transform=\"SetTokenizedAttributes\"", " xdt:Locator=\"XPath(//*)\"",
        " xdt:Locator=\"XPath(//text())\"",
        " xdt:Locator=\"XPath(//@*)\"", " xdt:Locator=\"XPath(/)\"", " xdt:Locator=\"XPath(//comment())\"",
        " xdt:Locator=\"XPath(//node())\"", " xdt:Locator=\"Match(n)\"",
        " xdt:Locator=\"Condition(position()=last())\"",
        " xdt:Locator=\"Condition(//*[count(//*)&gt;2])\"", " xdt:SupressWarnings=\"true\"", "(", ")", "[",
        "]", "@", "::",
        "encoding=\"utf-16\"", "encoding=\"windows-1252\"", "encoding=\"iso-8859-1\"", "encoding=\"no-such\"",
    ].map { Array($0.utf8) }

    private var random: SeededGenerator

    /// Creates a mutator with its own sequence.
    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// A damaged copy of a document; `other` lends it pieces.
    package mutating func mutate(_ document: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = document
        let isGentle = random.oneIn(2)
        for _ in 0...random.below(4) {
            if isGentle { applyGently(to: &bytes) } else { apply(to: &bytes, other) }
        }
        return bytes.count > 20_000 ? Array(bytes.prefix(20_000)) : bytes
    }

    /// Changes that mostly leave a document well-formed, so that transforms get something to do.
    private mutating func applyGently(to bytes: inout [UInt8]) {
        switch random.below(4) {
        case 0:
            let places = bytes.indices.filter {
                (0x61...0x7A).contains(bytes[$0]) || (0x30...0x39).contains(bytes[$0])
            }
            guard !places.isEmpty else { return }
            bytes[random.pick(places)] = random.pick(Array("abckn019x".utf8))
        case 1:
            let gaps = bytes.indices.filter { bytes[$0] == UInt8(ascii: "<") }
            guard !gaps.isEmpty else { return }
            let pieces = [
                "\n", "\r\n    ", " ", "text", "<!-- c -- -->", "<!-- c -->", "<n a='1' b=\"2\"/>",
                "<n>\n</n>",
            ]
            bytes.insert(contentsOf: Array(random.pick(pieces).utf8), at: random.pick(gaps))
        default: insertAfterName(&bytes)
        }
    }

    private mutating func apply(to bytes: inout [UInt8], _ other: [UInt8]) {
        let place = random.below(bytes.count + 1)
        let length = random.below(random.oneIn(4) ? 60 : 6) + 1
        let range = place..<min(bytes.count, place + length)
        switch random.below(9) {
        case 0 where !bytes.isEmpty:
            bytes[min(place, bytes.count - 1)] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(range)
        case 2: bytes.insert(contentsOf: Array(bytes[range]), at: random.below(bytes.count + 1))
        case 3 where !other.isEmpty:
            let start = random.below(other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(80))], at: place)
        case 4 where random.oneIn(8): bytes.removeSubrange(place...)
        case 5: insertAfterName(&bytes)
        case 6: bytes.replaceSubrange(range, with: random.pick(Self.tokens))
        default: bytes.insert(contentsOf: random.pick(Self.tokens), at: place)
        }
    }

    /// Puts an attribute into some start tag, where it is most likely to mean something.
    private mutating func insertAfterName(_ bytes: inout [UInt8]) {
        let starts = bytes.indices.filter { index in
            bytes[index] == UInt8(ascii: "<") && index + 1 < bytes.count
                && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[index + 1])
        }
        guard !starts.isEmpty else { return }
        var place = random.pick(starts) + 1
        while place < bytes.count, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[place] | 0x20) {
            place += 1
        }
        let attributes = Self.tokens.filter { $0.first == 0x20 && $0.count > 2 }
        bytes.insert(contentsOf: random.pick(attributes), at: place)
    }
}
