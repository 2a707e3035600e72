#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a server says about an error, whichever of its forms the body has.
///
/// Kudu answers JSON of three shapes, a JSON string, or plain text; Azure Resource Manager `{"error": {…}}`; the
/// front end before both an HTML page.
package enum ServerMessage {
    private struct Form: Decodable {
        struct Inner: Decodable {
            var code: String?
            var message: String?
        }
        var message: String?
        var exceptionMessage: String?
        var error: Inner?
        var result: String?
        var description: String?

        enum CodingKeys: String, CodingKey {
            case message = "Message"
            case exceptionMessage = "ExceptionMessage"
            case error
            case result
            case description = "error_description"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            message = try? fields.decode(String.self, forKey: .message)
            exceptionMessage = try? fields.decode(String.self, forKey: .exceptionMessage)
            // The sign-in service has a word in its place.
            error = try? fields.decode(Inner.self, forKey: .error)
            result = try? fields.decode(String.self, forKey: .result)
            description = try? fields.decode(String.self, forKey: .description)
        }
    }

    /// One line that a person can read; nil when there is none.
    package static func text(_ body: [UInt8]) -> String? {
        let data = Data(body)
        if let form = try? JSONDecoder().decode(Form.self, from: data) {
            let found =
                form.exceptionMessage ?? form.error?.message ?? form.description
                ?? form.result ?? form.message
            return found.flatMap(line)
        }
        if let text = try? JSONDecoder().decode(String.self, from: data) { return line(text) }
        let text = String(decoding: body.prefix(64 << 10), as: UTF8.self)
        if text.first(where: { !$0.isWhitespace }) == "<" {
            guard let start = text.firstRange(of: "<title>", ignoringCase: true),
                let end = text[start.upperBound...].firstRange(of: "</title>", ignoringCase: true)
            else { return nil }
            return line(String(text[start.upperBound..<end.lowerBound]))
        }
        return text.first == "{" ? nil : line(text)
    }

    /// The first lines of a text as one, and not too long.
    private static func line(_ text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !words.isEmpty else { return nil }
        return words.count > 300 ? words.prefix(300) + "…" : words
    }
}

extension StringProtocol {
    /// Where `text` first stands, letters of either case.
    func firstRange(of text: String, ignoringCase: Bool) -> Range<Index>? {
        let wanted = Array(text.lowercased())
        var start = startIndex
        while start < endIndex {
            var (position, index) = (start, 0)
            while position < endIndex, index < wanted.count,
                self[position].lowercased() == String(wanted[index])
            {
                position = self.index(after: position)
                index += 1
            }
            if index == wanted.count { return start..<position }
            start = self.index(after: start)
        }
        return nil
    }
}
