import Diagnostics

/// One evaluated item of a project file.
struct Item {
    /// Its type, such as `Compile`, as it was written.
    var type: String
    /// What its `Include` evaluated to, escapes resolved, separators as written.
    var include: String
    /// What `**` matched, with a trailing separator; empty without.
    var recursiveFolder = ""
    /// Its own metadata by lower-case name; values are escaped.
    var metadata: [String: Metadata] = [:]
    /// Where its `Include` stands.
    var location: Diagnostic.Location

    /// One metadata of an item or of an item definition.
    struct Metadata: Equatable {
        /// The name as it was written.
        var name: String
        /// The value, still escaped.
        var value: String
    }

    /// The value of a metadata, escapes resolved; nil when it is not set.
    subscript(name: String) -> String? {
        metadata[name.lowercased()].map { MSBuildEscapes.unescaped($0.value) }
    }
}

/// The items of an evaluation in order; finding those of one type or one path costs no walk over the others.
struct ItemTable {
    private var slots: [Item?] = []
    private var slotsByType: [String: [Int]] = [:]
    private var slotsByPath: [String: [Int]] = [:]

    /// All items in the order in which they were added.
    var all: [Item] { slots.compactMap(\.self) }

    /// How many items were ever added.
    var count: Int { slots.count }

    /// The items of one type in order.
    func items(of type: String) -> [Item] {
        slotsByType[type.lowercased(), default: []].compactMap { slots[$0] }
    }

    /// Adds an item at the end.
    mutating func append(_ item: Item) {
        slotsByType[item.type.lowercased(), default: []].append(slots.count)
        slotsByPath[Self.key(item.type, item.include), default: []].append(slots.count)
        slots.append(item)
    }

    /// Where the items of one type stand whose `Include` is the path `include`.
    func slots(of type: String, include: String) -> [Int] {
        slotsByPath[Self.key(type, include), default: []].filter { slots[$0] != nil }
    }

    /// Where the items of one type stand whose `Include` matches `glob`.
    func slots(of type: String, matching glob: Glob) -> [Int] {
        slotsByType[type.lowercased(), default: []].filter { slot in
            slots[slot].map { glob.matches($0.include) } ?? false
        }
    }

    /// The item at a place, to be changed or removed.
    subscript(slot: Int) -> Item? {
        get { slots[slot] }
        set { slots[slot] = newValue }
    }

    private static func key(_ type: String, _ include: String) -> String {
        "\(type.lowercased())|\(PathText.key(include))"
    }
}
