package import Projects

/// The file `~/.netrc`: users and passwords by machine, as `ftp` and `curl` know it.
///
/// Tokens are separated by white space; one in double quotes may hold blanks and `\"`. A `macdef` ends at an empty line.
package struct Netrc: Sendable {
    /// What is known of one machine.
    package struct Entry: Sendable, Equatable {
        /// The machine in lower case; nil for the entry `default`.
        package var machine: String?
        /// The user.
        package var user: String?
        /// The password.
        package var password: Password?
    }

    /// The entries in the file's order.
    package private(set) var entries: [Entry] = []

    /// Reads the file's text; what is not understood is skipped.
    package init(_ text: String) {
        var rest = text[...]
        while let token = Self.token(&rest) {
            switch token {
            case "machine": entries.append(Entry(machine: Self.token(&rest)?.lowercased()))
            case "default": entries.append(Entry())
            case "login":
                let user = Self.token(&rest)
                if !entries.isEmpty { entries[entries.count - 1].user = user }
            case "password":
                let password = Self.token(&rest).map(Password.init)
                if !entries.isEmpty { entries[entries.count - 1].password = password }
            case "account": _ = Self.token(&rest)
            case "macdef": rest = rest.firstRange(of: "\n\n").map { rest[$0.upperBound...] } ?? ""
            default: break
            }
        }
    }

    /// The first entry for `machine`, and of `user` where one is named.
    ///
    /// - Parameters:
    ///   - machine: The server.
    ///   - user: The user; nil for any.
    ///   - isDefaultTaken: Whether the entry `default` counts, which is for every machine.
    /// - Returns: The entry; nil when there is none.
    package func entry(for machine: String, user: String?, isDefaultTaken: Bool = true) -> Entry? {
        entries.first {
            ($0.machine.map { $0 == machine.lowercased() } ?? isDefaultTaken)
                && (user == nil || $0.user == user)
        }
    }

    private static func token(_ rest: inout Substring) -> String? {
        rest = rest.drop(while: \.isWhitespace)
        guard let first = rest.first else { return nil }
        if first == "#" {
            rest = rest.drop { !$0.isNewline }
            return token(&rest)
        }
        guard first == "\"" else {
            let word = rest.prefix { !$0.isWhitespace }
            rest = rest[word.endIndex...]
            return String(word)
        }
        rest.removeFirst()
        var word = ""
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", let escaped = rest.popFirst() {
                word.append(escaped == "n" ? "\n" : escaped == "r" ? "\r" : escaped == "t" ? "\t" : escaped)
            } else {
                word.append(character)
            }
        }
        return word
    }
}
