/// A value as it stands in a document: what it says, and which bytes say it.
struct JSONCNode: Sendable {
    /// What it says.
    indirect enum Content: Sendable {
        case object([JSONCMember])
        case array([JSONCNode])
        case string(String)
        /// The digits as they are written.
        case number(String)
        case boolean(Bool)
        case null
    }

    var content: Content
    /// Where it stands, from its first byte to behind its last.
    var range: Range<Int>
}

/// A member of an object as it stands in a document.
struct JSONCMember: Sendable {
    var name: String
    /// Where its name stands, with the quotes.
    var nameRange: Range<Int>
    var value: JSONCNode
}

extension JSONCNode {
    /// The member that counts of those named `name`: the last, as in JavaScript.
    func member(_ name: String) -> JSONCNode? {
        guard case .object(let members) = content else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The elements of an array.
    var elements: [JSONCNode]? {
        guard case .array(let elements) = content else { return nil }
        return elements
    }

    /// What a string says.
    var text: String? {
        guard case .string(let text) = content else { return nil }
        return text
    }

    /// Whether it is an object.
    var isObject: Bool {
        guard case .object = content else { return false }
        return true
    }

    /// Where each of the parts of an object or array stands.
    var parts: [Range<Int>] {
        switch content {
        case .object(let members): members.map { $0.nameRange.lowerBound..<$0.value.range.upperBound }
        case .array(let elements): elements.map(\.range)
        case .string, .number, .boolean, .null: []
        }
    }

    /// Whether it says the same as `value`; the order of members does not matter.
    func says(_ value: JSONValue) -> Bool {
        switch (content, value) {
        case (.string(let mine), .string(let other)): mine == other
        case (.number(let mine), .integer(let other)): Double(mine) == Double(other)
        case (.boolean(let mine), .boolean(let other)): mine == other
        case (.array(let mine), .array(let others)):
            mine.count == others.count && zip(mine, others).allSatisfy { $0.says($1) }
        case (.object(let mine), .object(let others)):
            Set(mine.map(\.name)) == Set(others.map(\.name))
                && others.allSatisfy { member($0.name)?.says($0.value) == true }
        default: false
        }
    }
}
