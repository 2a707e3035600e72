/// Where the debugger's files are, and where the same files are while the site runs.
package struct PathMapping: Sendable, Hashable {
    /// The project's folder on this machine.
    package var localRoot: String
    /// The site's folder on its server.
    package var remoteRoot: String

    /// Creates a mapping.
    package init(localRoot: String, remoteRoot: String) {
        self.localRoot = localRoot
        self.remoteRoot = remoteRoot
    }

    /// As the only member of the list `pathMappings` of an attach request.
    var json: [UInt8] {
        Array("[{\"localRoot\":".utf8) + Self.quoted(localRoot) + Array(",\"remoteRoot\":".utf8)
            + Self.quoted(remoteRoot) + Array("}]".utf8)
    }

    /// `text` as a string of JSON (RFC 8259 §7).
    private static func quoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: bytes += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: bytes.append(byte)
            }
        }
        return bytes + [UInt8(ascii: "\"")]
    }
}
