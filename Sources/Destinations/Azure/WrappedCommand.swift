/// The start command that the owner gave a site, so changed that it can run behind the site agent.
///
/// The agent takes the port of the site and gives the command another one in `PORT`. A command that names the
/// platform's port, 8000, or leaves it to gunicorn, which then takes 8000, would get in its way.
package struct WrappedCommand: Sendable, Hashable {
    /// The command, a line for the shell.
    package let line: String
    /// Whether it is another one than the owner gave.
    package let isChanged: Bool

    private static let binding: Set<Substring> = ["--bind", "-b"]
    private static let port: Set<Substring> = ["--port", "-p"]
    private static let servers = ["gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve"]

    /// Changes a command.
    ///
    /// - Parameter command: The command as Azure has it.
    package init(_ command: String) {
        let words = Self.words(command)
        let isServer = words.contains { word in
            Self.servers.contains { word == $0[...] || word.hasSuffix("/\($0)") }
        }
        guard isServer, command.firstRange(of: "$PORT") == nil, command.firstRange(of: "${PORT") == nil else {
            (line, isChanged) = (command, false)
            return
        }
        var option = Substring()
        var text = ""
        for word in words {
            text += Self.changed(word, option: option)
            if !word.allSatisfy(\.isWhitespace) { option = word }
        }
        (line, isChanged) = (text, text != command)
    }

    /// A word behind an option, or an option with its value behind `=`.
    private static func changed(_ word: Substring, option: Substring) -> String {
        guard !word.allSatisfy(\.isWhitespace) else { return String(word) }
        if let mark = word.firstIndex(of: "="), word.hasPrefix("-") {
            let (name, value) = (word[..<mark], word[word.index(after: mark)...])
            guard binding.contains(name) || port.contains(name) else { return String(word) }
            return "\(name)=\(changed(value, option: name))"
        }
        if binding.contains(option) { return address(word) }
        return port.contains(option) && word == "8000" ? "$PORT" : String(word)
    }

    /// `HOST`, `HOST:8000` or `:8000` as an address of this machine with the agent's port.
    private static func address(_ text: Substring) -> String {
        guard !text.hasPrefix("unix:"), !text.hasPrefix("fd:") else { return String(text) }
        let mark = text.lastIndex(of: ":")
        guard let mark, text[mark...] != "]" else { return "127.0.0.1:$PORT" }
        return text[mark...] == ":8000" ? "127.0.0.1:$PORT" : String(text)
    }

    /// The words and the white space between them, in turn.
    private static func words(_ command: String) -> [Substring] {
        var words: [Substring] = []
        var rest = command[...]
        while let first = rest.first {
            let isSpace = first.isWhitespace
            let word = rest.prefix { $0.isWhitespace == isSpace }
            words.append(word)
            rest = rest[word.endIndex...]
        }
        return words
    }
}
