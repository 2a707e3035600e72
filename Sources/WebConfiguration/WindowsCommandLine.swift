/// Command lines as Windows programs read them: one text, split by quotes and backslashes.
///
/// The rules are those of `CommandLineToArgvW`: a quote toggles, backslashes count only before a quote.
package enum WindowsCommandLine {
    /// The arguments in `text`.
    package static func split(_ text: String) -> [String] {
        var arguments: [String] = []
        var current = ""
        var isOpen = false
        var isQuoted = false
        var backslashes = 0
        func flush() {
            if isOpen { arguments.append(current) }
            current = ""
            isOpen = false
        }
        for character in text {
            if character == "\\" {
                backslashes += 1
                isOpen = true
                continue
            }
            if character == "\"" {
                current += String(repeating: "\\", count: backslashes / 2)
                if backslashes % 2 == 1 { current.append("\"") } else { isQuoted.toggle() }
                isOpen = true
            } else {
                current += String(repeating: "\\", count: backslashes)
                if !isQuoted, character == " " || character == "\t" {
                    flush()
                } else {
                    current.append(character)
                    isOpen = true
                }
            }
            backslashes = 0
        }
        current += String(repeating: "\\", count: backslashes)
        flush()
        return arguments
    }

    /// `argument` so that `split` gives it back: in quotes only where it must be.
    package static func quoted(_ argument: String) -> String {
        guard argument.isEmpty || argument.contains(where: { $0 == " " || $0 == "\t" || $0 == "\"" }) else {
            return argument
        }
        var result = "\""
        var backslashes = 0
        for character in argument {
            if character == "\\" {
                backslashes += 1
                continue
            }
            let count = character == "\"" ? backslashes * 2 + 1 : backslashes
            result += String(repeating: "\\", count: count)
            result.append(character)
            backslashes = 0
        }
        return result + String(repeating: "\\", count: backslashes * 2) + "\""
    }
}
