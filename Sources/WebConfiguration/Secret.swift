import Crypto

/// The password of the debug endpoint: whoever holds it can run code in the site until it expires.
///
/// Its description is redacted, so that it cannot reach a log by accident; `revealed` is the only way out.
package struct Secret: Sendable, Hashable {
    /// The secret itself, for the attach URL and for files with mode 0600 only.
    package let revealed: String

    /// Creates a fresh secret: 32 bytes of the system's generator as 43 characters of base64url (RFC 4648 §5).
    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(bytes: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Creates a secret from `bytes`.
    package init(bytes: [UInt8]) {
        revealed = Self.base64URL(bytes)
    }

    /// Takes over a secret that a file or a user holds.
    ///
    /// Nil when it is empty or has characters that a URL's user info cannot carry as they are (RFC 3986 §3.2.1,
    /// without sub-delimiters).
    ///
    /// - Parameter text: The secret; surrounding white space is dropped.
    package init?(_ text: some StringProtocol) {
        let trimmed = text.drop(while: \.isWhitespace)
        let core = trimmed.prefix(trimmed.count - trimmed.reversed().prefix(while: \.isWhitespace).count)
        guard !core.isEmpty, core.utf8.allSatisfy(Self.isUnreserved) else { return nil }
        revealed = String(core)
    }

    /// Its SHA-256 in lower-case hexadecimal digits: what the site agent compares with.
    package var digest: String {
        SHA256.hash(data: Array(revealed.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var text = ""
        var bits = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[bits >> count & 63])
            }
            bits &= (1 << count) - 1
        }
        if count > 0 {
            text.append(alphabet[bits << (6 - count) & 63])
        }
        return text
    }
}

extension Secret: CustomStringConvertible, CustomReflectable {
    /// Never the secret.
    package var description: String { "<secret>" }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
