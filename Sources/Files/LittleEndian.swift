extension [UInt8] {
    /// The little-endian number of `size` bytes at `position`, which must be inside.
    package func number(_ size: Int, at position: Int) -> Int {
        (0..<size).reduce(0) { $0 | Int(self[position + $1]) << (8 * $1) }
    }
}
