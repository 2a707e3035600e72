import Files

/// What a server says stands in a folder.
struct FTPListing: Equatable {
    /// One file or folder.
    struct Entry: Equatable {
        var name: String
        var isFolder: Bool
        /// The size in bytes; nil where the server does not tell.
        var size: Int?
        /// The last write as the server writes it, `YYYYMMDDhhmmss`; nil where it is not exact.
        var modified: Int?
    }

    /// What stands there, by its name; `.` and `..` and names that no path can hold are left out.
    private(set) var entries: [String: Entry] = [:]

    /// Reads what an operation that lists a folder has brought.
    ///
    /// - Throws: A `Failure` when the local file cannot be read.
    init(of operation: CurlOperation, as form: CurlConfiguration.Listing) throws {
        guard case .list(let file) = operation.transfer else {
            entries = [:]
            return
        }
        let bytes = try FileContents.read(file)
        self = form == .machine ? Self(machine: bytes) : Self(human: bytes)
    }

    /// Reads the reply to MLSD (RFC 3659 7).
    init(machine bytes: [UInt8]) {
        add(bytes) { line in
            guard let blank = line.firstIndex(of: " ") else { return nil }
            var entry = Entry(name: String(line[line.index(after: blank)...]), isFolder: false)
            var kind = ""
            for fact in line[..<blank].split(separator: ";") {
                guard let mark = fact.firstIndex(of: "=") else { continue }
                let value = fact[fact.index(after: mark)...]
                switch fact[..<mark].lowercased() {
                case "type": kind = value.lowercased()
                case "size": entry.size = Int(value)
                case "modify": entry.modified = Int(value.prefix(14))
                default: break
                }
            }
            guard kind == "file" || kind == "dir" || kind.hasPrefix("os.unix=slink") else { return nil }
            entry.isFolder = kind == "dir"
            if kind != "file" { entry.size = nil }
            return entry
        }
    }

    /// Reads the reply to LIST as Unix servers write it, or as IIS does.
    init(human bytes: [UInt8]) {
        add(bytes) { line in
            if let match = line.wholeMatch(
                of: /[0-9]{2}-[0-9]{2}-[0-9]{2,4} +[0-9]{1,2}:[0-9]{2}(?:[AP]M)? +(<DIR>|[0-9]+) +(.+)/)
            {
                return Entry(name: String(match.2), isFolder: match.1 == "<DIR>", size: Int(match.1))
            }
            let unix =
                /([-dl])[-rwxsStTlL]{9}[.+@]? *[0-9]+ +[^ ]+ +[^ ]+ +([0-9]+) +[A-Za-z]{3} +[0-9]{1,2} +[0-9:]{4,5} (.+)/
            guard let match = line.wholeMatch(of: unix) else { return nil }
            var name = String(match.3)
            if match.1 == "l", let arrow = name.firstRange(of: " -> ") {
                name = String(name[..<arrow.lowerBound])
            }
            return Entry(
                name: name, isFolder: match.1 == "d", size: match.1 == "-" ? Int(match.2) : nil)
        }
    }

    private mutating func add(_ bytes: [UInt8], _ entry: (Substring) -> Entry?) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard let line = String(validating: text, as: UTF8.self), let entry = entry(line[...]) else {
                continue
            }
            guard entry.name != ".", entry.name != "..", FTPPath.isSendable(entry.name),
                !entry.name.contains("/"), !entry.name.contains("\\"), !entry.name.isEmpty
            else { continue }
            entries[entry.name] = entry
        }
    }
}
