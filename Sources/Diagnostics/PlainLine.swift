extension String {
    /// The text as one line that a terminal only shows: text that came from elsewhere may hold orders to it.
    ///
    /// Breaks and tabs become spaces. Control characters (with those that begin escape sequences) and the invisible ones
    /// that turn the direction of text are left out.
    public var plainLine: String {
        guard unicodeScalars.contains(where: Self.isOdd) else { return self }
        var line = ""
        for character in self {
            if character.isNewline || character == "\t" {
                line.append(" ")
            } else {
                line.unicodeScalars.append(contentsOf: character.unicodeScalars.filter { !Self.isOdd($0) })
            }
        }
        return line
    }

    private static func isOdd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
