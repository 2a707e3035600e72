import Diagnostics

extension JSONCDocument {
    /// Makes the value at the end of `path` say what `value` says, touching only what differs.
    ///
    /// Members that `value` does not have stay.
    ///
    /// - Throws: A `Failure` when the result would be no document.
    mutating func merge(_ value: JSONValue, at path: [Step]) throws(Failure) {
        guard let node = node(at: path), !node.says(value) else { return }
        guard node.isObject, case .object(let members) = value else {
            return try replaceValue(at: path, with: value)
        }
        for member in members {
            try merge(member, intoObjectAt: path)
        }
    }

    /// Makes a member of the object at the end of `path` say what `member` says, adding it where it is missing.
    ///
    /// - Throws: A `Failure` when the result would be no document.
    mutating func merge(_ member: JSONValue.Member, intoObjectAt path: [Step]) throws(Failure) {
        if node(at: path)?.member(member.name) == nil {
            try addMember(member.name, member.value, toObjectAt: path)
        } else {
            try merge(member.value, at: path + [.member(member.name)])
        }
    }
}
