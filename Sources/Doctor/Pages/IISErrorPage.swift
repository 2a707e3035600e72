import Tunnel

/// An error page of IIS, read by its structure: the words on it come in many languages.
///
/// A detailed page has `status.sub-status` in its title and headings, the error code of Windows and the source lines of a
/// configuration error; a short one, which IIS gives to other machines, has the status only. What the numbers mean:
/// Microsoft's "HTTP status code overview for IIS".
struct IISErrorPage: Sendable, Hashable {
    var status: Int
    /// Nil on a short page.
    var subStatus: Int?
    /// The error of Windows, such as 0x80070021.
    var errorCode: UInt32?
    /// The module that failed, such as `FastCgiModule`.
    var module: String?
    /// The line of the configuration that IIS complains about, without white space around it.
    var sourceLine: String?
    /// Whether the page comes from HTTP.SYS, below IIS: no application pool took the request.
    var isKernel = false

    /// Reads an answer; nil when it is no error page of IIS.
    init?(_ answer: SiteAnswer) {
        guard answer.status >= 400 else { return nil }
        status = answer.status
        let text = answer.text
        let server = answer.header("server")?.lowercased() ?? ""
        if server.hasPrefix("microsoft-httpapi") {
            isKernel = true
            return
        }
        let heads = text.matches(of: /<(title|h1|h2|h3)[^>]*>(.*?)<\/(title|h1|h2|h3)>/.ignoresCase()).map {
            String($0.output.2)
        }
        let numbers = heads.lazy.compactMap { Self.numbers($0) }.first { $0.status == answer.status }
        if let numbers {
            subStatus = numbers.sub
        } else {
            let isShort =
                text.contains("content-container") && text.contains("<fieldset>")
                && heads.contains { $0.hasPrefix("\(answer.status) ") }
            guard isShort else { return nil }
        }
        errorCode = text.firstMatch(of: /0x([0-9a-fA-F]{8})/).flatMap { UInt32($0.output.1, radix: 16) }
        module = Self.modules.first { text.contains($0) }
        sourceLine = Self.sourceLine(text)
    }

    /// `404.0` and the like in a heading.
    private static func numbers(_ heading: String) -> (status: Int, sub: Int)? {
        guard let match = heading.firstMatch(of: /(?:^|[^0-9.])([45]\d\d)\.(\d{1,3})(?:[^0-9.]|$)/),
            let status = Int(match.output.1), let sub = Int(match.output.2)
        else { return nil }
        return (status, sub)
    }

    private static let modules = [
        "FastCgiModule", "httpPlatformHandler", "WebSocketModule", "StaticFileModule", "CgiModule",
        "IsapiModule",
        "RewriteModule", "IIS Web Core",
    ]

    /// IIS shows the line before, the line itself and the one after, each with its number.
    private static func sourceLine(_ text: String) -> String? {
        guard let start = text.firstRange(of: "config_source\""),
            let code = text[start.upperBound...].firstRange(of: "<code>"),
            let end = text[code.upperBound...].firstRange(of: "</code>")
        else { return nil }
        let lines = text[code.upperBound..<end.lowerBound].split(whereSeparator: \.isNewline)
        guard !lines.isEmpty else { return nil }
        let middle = lines[lines.count / 2].drop { $0.isWhitespace || $0.isNumber || $0 == ":" }
        return String(middle).replacing(/<[^>]*>/, with: "").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }

    /// The number as people know it.
    var number: String { subStatus.map { "\(status).\($0)" } ?? "\(status)" }

    /// What was seen, for the user.
    var evidence: String {
        var text =
            isKernel
            ? "HTTP.SYS answers \(status): no application pool takes the request" : "IIS answers \(number)"
        if let errorCode { text += " with error 0x\(String(errorCode, radix: 16))" }
        if let module { text += " from \(module)" }
        if let sourceLine { text += " at '\(sourceLine.prefix(120))'" }
        if !isKernel, subStatus == nil { text += " and hides the sub-status from other machines" }
        return text
    }
}
