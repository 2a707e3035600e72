import Diagnostics

/// An object in an array of a document that is ours, whoever may have changed it since.
struct OwnedEntry: Sendable {
    /// A member of the entry.
    struct Field: Sendable {
        /// When it is written.
        enum Kind: Sendable {
            /// Whenever it says something else or is missing.
            case always
            /// When the entry is made; later it is the user's.
            case initially
            /// When the entry has such a member, which then must be right.
            case ifPresent
        }

        var name: String
        var value: JSONValue
        var kind: Kind
        /// The member that tells the elements of an array of objects apart; those that are not ours stay.
        var elementKey: String?

        static func always(_ name: String, _ value: JSONValue) -> Field {
            Field(name: name, value: value, kind: .always)
        }

        static func initially(_ name: String, _ value: JSONValue) -> Field {
            Field(name: name, value: value, kind: .initially)
        }
    }

    /// Its members, in the order in which they are written.
    var fields: [Field]
    /// Members that make an entry ours; the first that one is found by counts.
    var identity: [(name: String, value: String)]

    /// The entry as it is first written.
    var value: JSONValue {
        .object(fields.filter { $0.kind != .ifPresent }.map { .init($0.name, $0.value) })
    }
}

extension JSONCDocument {
    /// Adds an entry to the array named `array` in the root, or brings the one that is there up to date.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - array: The array's name.
    ///   - beginning: The members of a root that is yet to be made.
    /// - Throws: A `Failure` when the document is made differently, such as `array` being no array.
    mutating func merge(
        _ entry: OwnedEntry, into array: String, beginning: [JSONValue.Member]
    ) throws(Failure) {
        guard let root = node(at: []) else {
            return try begin(with: .object(beginning + [.init(array, .array([entry.value]))]))
        }
        guard root.isObject else { throw unexpected(root, "the file holds no object", like: array) }
        let path = [Step.member(array)]
        guard let list = node(at: path) else {
            return try addMember(array, .array([entry.value]), toObjectAt: [])
        }
        guard let elements = list.elements else {
            throw unexpected(list, "'\(array)' is no array", like: array)
        }
        let index = entry.identity.lazy
            .compactMap { key in elements.firstIndex { $0.member(key.name)?.text == key.value } }.first
        guard let index else { return try addElement(entry.value, toArrayAt: path) }
        for field in entry.fields {
            try merge(field, at: path + [.element(index)])
        }
    }

    private mutating func merge(_ field: OwnedEntry.Field, at path: [Step]) throws(Failure) {
        let present = node(at: path)?.member(field.name)
        switch field.kind {
        case .initially: return
        case .ifPresent where present == nil: return
        case .ifPresent, .always: break
        }
        guard let key = field.elementKey, let elements = present?.elements,
            case .array(let values) = field.value
        else {
            return try merge(JSONValue.Member(field.name, field.value), intoObjectAt: path)
        }
        let list = path + [.member(field.name)]
        for value in values {
            guard case .object(let members) = value,
                let mine = members.first(where: { $0.name == key })?.value
            else { continue }
            if let index = elements.firstIndex(where: { $0.member(key)?.says(mine) == true }) {
                try merge(value, at: list + [.element(index)])
            } else {
                try addElement(value, toArrayAt: list)
            }
        }
    }

    private func unexpected(_ node: JSONCNode, _ message: String, like array: String) -> Failure {
        Failure(
            .badInput, id: "json-unexpected", message, at: location(of: node.range.lowerBound),
            hint: "it is to look like { \"\(array)\": [ … ] }; the file is as it was")
    }
}
