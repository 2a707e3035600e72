/// Puts path mappings into the attach request of a debugger that sends none; every other byte goes on as it came.
///
/// Messages go on whole until the attach request has passed, and as they come from then on. What is not of the protocol
/// goes on unchanged, and ends the looking.
package struct AttachRewriter {
    private let mapping: PathMapping
    private var held: [UInt8] = []

    /// Whether everything goes on as it comes from now on.
    package private(set) var isDone = false

    /// The longest message that is looked into, in bytes.
    static let limit = 1 << 20

    /// Creates a rewriter at the beginning of a connection.
    package init(mapping: PathMapping) {
        self.mapping = mapping
    }

    /// Takes bytes from the debugger.
    ///
    /// - Returns: The bytes that may go on now.
    package mutating func take(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        guard !isDone else { return Array(bytes) }
        held += bytes
        var passed: [UInt8] = []
        while !isDone {
            switch DebugMessageHead.read(held) {
            case .incomplete: return passed
            case .malformed: isDone = true
            case .complete(let head) where head.length > Self.limit: isDone = true
            case .complete(let head):
                guard held.count >= head.size + head.length else { return passed }
                passed += next(head)
                held.removeFirst(head.size + head.length)
            }
        }
        return passed + finish()
    }

    /// The end of the debugger's bytes: what was held back for being incomplete.
    package mutating func finish() -> [UInt8] {
        isDone = true
        defer { held = [] }
        return held
    }

    /// The first message held, mappings put in where it is the one to have them.
    private mutating func next(_ head: DebugMessageHead) -> [UInt8] {
        let body = head.size..<head.size + head.length
        let message = Array(held[..<body.upperBound])
        guard let members = JSONMembers(of: held, in: body), text(members, "type") == "request" else {
            return message
        }
        let command = text(members, "command")
        isDone = command == "attach" || command == "launch"
        guard command == "attach", let arguments = members.values["arguments"],
            let options = JSONMembers(of: held, in: arguments)
        else { return message }
        var changed = message
        if let mappings = options.values["pathMappings"] {
            let given = held[mappings].filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            guard given == Array("[]".utf8) || given == Array("null".utf8) else { return message }
            changed.replaceSubrange(mappings, with: mapping.json)
        } else {
            let member = Array("\"pathMappings\":".utf8) + mapping.json
            changed.insert(
                contentsOf: options.isEmpty ? member : member + [UInt8(ascii: ",")], at: options.start)
        }
        changed.replaceSubrange(head.digits, with: Array("\(changed.count - head.size)".utf8))
        return changed
    }

    private func text(_ members: JSONMembers, _ name: String) -> String? {
        guard let range = members.values[name], held[range.lowerBound] == UInt8(ascii: "\""), range.count >= 2
        else {
            return nil
        }
        return String(decoding: held[range].dropFirst().dropLast(), as: UTF8.self)
    }
}
