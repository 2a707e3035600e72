/// How much XML is accepted, so that hostile input can exhaust neither memory nor the stack.
enum Limits {
    /// The largest document in bytes, as stored.
    static let documentBytes = 100 << 20
    /// The largest result in bytes of UTF-8, generated text included.
    static let resultBytes = 1 << 30
    /// How deep elements may nest; libxml2's own limit is the same.
    static let depth = 256
    /// How many XPath operations one expression may take before it counts as runaway.
    static let xpathOperations: UInt = 50_000_000
    /// How many XPath operations all expressions of a run may take together.
    static let allXPathOperations: UInt = 1_000_000_000
    /// How many names and signs an XPath may consist of.
    static let xpathTokens = 4_000
    /// How deep brackets may nest in an XPath.
    static let xpathDepth = 64
}
