import Files
import SystemPackage
import WebConfiguration

/// Where the paths of an IIS server are on this machine: those below the site's folder there are below the published
/// folder here, names compared without regard to case.
struct LocalPaths {
    /// The published folder.
    let root: FilePath
    /// The environment that `%NAME%` is taken from.
    let environment: [String: String]
    /// The ways in which the configuration may spell the site's folder on the server: lower case, backslashes.
    private let serverRoots: [[Character]]

    /// Finds out from its configuration where a site stands on its server.
    init(_ site: PublishedSite, environment: [String: String]) {
        root = site.root
        self.environment = environment
        var server = ServerPaths()
        if let config = site.config {
            server.complete(from: config, rootFiles: Set(site.names.map { $0.lowercased() }))
            if server.root == nil { server.root = Self.root(fromAgentIn: config) }
        }
        // Azure App Service has one folder under several names.
        let azure = ["d:\\home", "c:\\home", "%home%", "%home_expanded%"].map { $0 + "\\site\\wwwroot" }
        serverRoots = ([server.root].compactMap(\.self) + azure).map { Array($0).map(Self.folded) }
    }

    /// The site's folder, from the path of the agent's folder in it.
    private static func root(fromAgentIn config: WebConfig) -> String? {
        let first = WindowsCommandLine.split(config.platformCommand?.arguments ?? "").first ?? ""
        return first.lowercased().hasSuffix("\\ptvsd") ? String(first.dropLast(6)) : nil
    }

    /// `text` with every path below the site's folder made one of this machine, then `%NAME%` expanded.
    func localized(_ text: String) -> String {
        expanded(withLocalPaths(text))
    }

    /// A list such as `PYTHONPATH`.
    ///
    /// - Parameter text: Paths separated by `;`.
    /// - Returns: Its entries on this machine, and those that are only on the server.
    func list(_ text: String) -> (local: [String], foreign: [String]) {
        let entries = text.split(separator: ";").map { localized(String($0)) }
        return (entries.filter { !Self.isAbsolute($0) }, entries.filter(Self.isAbsolute))
    }

    /// A relative path with backslashes as it is spelled on disk; nil where no such file is in the site.
    func relative(_ text: String) -> String? {
        guard text.contains("\\"), !Self.isAbsolute(text) else { return nil }
        let path = local(Array(text)[...])
        return path.flatMap { FileKind(of: $0) == nil ? nil : $0.string }
    }

    /// Whether `text` is an absolute path of Windows.
    static func isAbsolute(_ text: String) -> Bool {
        text.wholeMatch(of: /(?:[A-Za-z]:|%\w+%)[\\\/].*|\\\\[^\\].*/) != nil
    }

    private func withLocalPaths(_ text: String) -> String {
        let characters = Array(text)
        let folded = characters.map(Self.folded)
        var result = ""
        var position = 0
        while position < characters.count {
            guard let end = rootEnd(in: folded, at: position) else {
                result.append(characters[position])
                position += 1
                continue
            }
            let tail = characters[end...].prefix { !Self.delimiters.contains($0) }
            guard let path = local(tail) else {
                result.append(characters[position])
                position += 1
                continue
            }
            result += path.string
            position = tail.endIndex
        }
        return result
    }

    /// Where the site's folder ends if its path begins at `position`.
    private func rootEnd(in text: [Character], at position: Int) -> Int? {
        for root in serverRoots where text[position...].starts(with: root) {
            let end = position + root.count
            guard end < text.count, text[end] != "\\", !Self.delimiters.contains(text[end]) else {
                return end
            }
        }
        return nil
    }

    /// The path below the published folder; nil when it leads out of it.
    private func local(_ tail: ArraySlice<Character>) -> FilePath? {
        var path = root
        for name in tail.split(whereSeparator: { $0 == "\\" || $0 == "/" }).map({ String($0) })
        where name != "." {
            guard name != ".." else { return nil }
            let names = (try? Folder.names(in: path)) ?? []
            let found = names.contains(name) ? name : names.first { $0.lowercased() == name.lowercased() }
            path.append(found ?? name)
        }
        return path
    }

    /// Replaces `%NAME%` as Windows does: without regard to case, and what is unknown stays.
    private func expanded(_ text: String) -> String {
        text.replacing(/%(\w+)%/) { match in
            let name = match.1.uppercased()
            if name == "HTTP_PLATFORM_PORT" { return "{{port}}" }
            let variable =
                environment[String(match.1)] ?? environment.first { $0.key.uppercased() == name }?.value
            return variable ?? String(match.0)
        }
    }

    private static let delimiters: Set<Character> = [";", "\"", "'", "|", "<", ">", "\n"]

    private static func folded(_ character: Character) -> Character {
        if character == "/" { return "\\" }
        let lowered = character.lowercased()
        return lowered.count == 1 ? lowered[lowered.startIndex] : character
    }
}
