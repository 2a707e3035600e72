/// A version of debugpy, and the digest that its pure wheel is known to have.
package struct DebuggerVersion: Sendable, Equatable {
    /// The version, such as `1.8.21`.
    package let text: String

    /// The version that is used unless another is asked for; it serves Python 3.8 and later.
    package static let pinned = DebuggerVersion(known: "1.8.21")

    /// The digests of `debugpy-VERSION-py2.py3-none-any.whl` as published on PyPI.
    private static let digests = [
        "1.8.22": "a9e9d3550e15ca479c59333e90845029190531f0cacfedab3b815a57bd913947",
        "1.8.21": "b1e37d333663c8851516a47364ef473da127f9caebe4417e6df6f5825a7e9a92",
        "1.6.7.post1": "1093a5c541af079c13ac8c70ab8b24d1d35c8cacb676306cf11e57f699c02926",
        "1.5.1": "194f95dd3e84568b5489aab5689a3a2c044e8fdc06f1890b8b4f70b6b89f2778",
    ]

    /// Reads what a user writes; nil when it cannot be a version.
    package init?(_ text: String) {
        // What pip is given must not be taken for an option, a URL or a second requirement.
        guard let first = text.utf8.first, first &- 0x30 < 10,
            text.utf8.allSatisfy({ $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: ".") })
        else { return nil }
        self.init(known: text)
    }

    private init(known text: String) {
        self.text = text
    }

    /// The digest of its pure wheel; nil for a version that this program does not know.
    package var digest: ContentDigest? {
        Self.digests[text].flatMap { ContentDigest(hex: $0) }
    }

    /// The name of its pure wheel.
    package var wheelName: String { "debugpy-\(text)-py2.py3-none-any.whl" }
}
