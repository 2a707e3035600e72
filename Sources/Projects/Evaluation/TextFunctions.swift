#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The members of .NET strings that project files call, such as `$(Name.Replace('a', 'b'))`.
enum TextFunctions {
    /// The result of calling a member.
    ///
    /// - Parameters:
    ///   - name: The member, in either case.
    ///   - text: The text it is called on.
    ///   - arguments: The arguments; nil for a property such as `Length`.
    /// - Returns: The result; nil for a member or arguments that are not known.
    static func call(_ name: String, on text: String, _ arguments: [String]?) -> PropertyFunctions.Value? {
        guard let arguments else { return name.lowercased() == "length" ? .text("\(text.utf16.count)") : nil }
        switch (name.lowercased(), arguments.count) {
        case ("split", 1...):
            let separators = Set(arguments.joined())
            return .list(
                text.split(omittingEmptySubsequences: false) { separators.contains($0) }.map(String.init))
        case (let member, let count):
            return (query(member, count, text, arguments) ?? edit(member, count, text, arguments))
                .map(PropertyFunctions.Value.text)
        }
    }

    private static func query(_ member: String, _ count: Int, _ text: String, _ arguments: [String])
        -> String?
    {
        guard count >= 1 else { return nil }
        let other = arguments[0]
        switch member {
        case "contains" where count == 1: return truth(other.isEmpty || text.contains(other))
        case "startswith": return truth(text.hasPrefix(other))
        case "endswith": return truth(text.hasSuffix(other))
        case "equals": return truth(text == other)
        case "indexof" where count == 1: return "\(offset(of: text.firstRange(of: other), in: text))"
        case "lastindexof" where count == 1:
            return "\(offset(of: text.ranges(of: other).last, in: text))"
        default: return nil
        }
    }

    private static func edit(_ member: String, _ count: Int, _ text: String, _ arguments: [String]) -> String?
    {
        switch (member, count) {
        case ("tolower", 0), ("tolowerinvariant", 0): text.lowercased()
        case ("toupper", 0), ("toupperinvariant", 0): text.uppercased()
        case ("tostring", 0): text
        case ("trim", 0...1): trimmedStart(trimmedEnd(text, arguments), arguments)
        case ("trimstart", 0...1): trimmedStart(text, arguments)
        case ("trimend", 0...1): trimmedEnd(text, arguments)
        case ("replace", 2) where !arguments[0].isEmpty: text.replacing(arguments[0], with: arguments[1])
        case ("substring", 1...2): substring(text, arguments)
        case ("padleft", 1...2): padding(text, arguments).map { $0 + text }
        case ("padright", 1...2): padding(text, arguments).map { text + $0 }
        default: nil
        }
    }

    private static func truth(_ value: Bool) -> String { value ? "True" : "False" }

    private static func offset(of range: Range<String.Index>?, in text: String) -> Int {
        range.map { text.utf16.distance(from: text.startIndex, to: $0.lowerBound) } ?? -1
    }

    private static func trimmedStart(_ text: String, _ arguments: [String]) -> String {
        String(text.drop { isTrimmed($0, arguments) })
    }

    private static func trimmedEnd(_ text: String, _ arguments: [String]) -> String {
        String(text.reversed().drop { isTrimmed($0, arguments) }.reversed())
    }

    private static func isTrimmed(_ character: Character, _ arguments: [String]) -> Bool {
        arguments.first.map { $0.contains(character) } ?? character.isWhitespace
    }

    private static func substring(_ text: String, _ arguments: [String]) -> String? {
        let units = Array(text.utf16)
        guard let start = Int(arguments[0]), (0...units.count).contains(start) else { return nil }
        let count = arguments.count > 1 ? Int(arguments[1]) : units.count - start
        guard let count, count >= 0, count <= units.count - start else { return nil }
        return String(decoding: units[start..<start + count], as: UTF16.self)
    }

    private static func padding(_ text: String, _ arguments: [String]) -> String? {
        guard let width = Int(arguments[0]), width <= 1000 else { return nil }
        let character = arguments.count > 1 ? arguments[1] : " "
        return String(repeating: character, count: max(0, width - text.utf16.count))
    }
}
