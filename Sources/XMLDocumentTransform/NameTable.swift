/// Gives every distinct name a number, so that names are compared as integers.
struct NameTable: Sendable {
    /// What is known about one name.
    struct Entry: Sendable {
        /// Where its bytes lie in the table's storage.
        var start: Int32
        var count: Int32
        /// The part before the colon, or -1.
        var prefix: Int32
        /// The part after the colon; the name itself without one.
        var local: Int32
    }

    private(set) var entries: [Entry] = []
    private var storage: [UInt8] = []
    private var slots = [Int32](repeating: -1, count: 256)

    /// The number of the name that stands in `text` at `range`.
    mutating func intern(_ text: [UInt8], _ range: Range<Int>) -> Int32 {
        var slot = Self.hash(text, range) & (slots.count - 1)
        while slots[slot] >= 0 {
            if equals(slots[slot], text, range) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = Int32(entries.count)
        slots[slot] = number
        entries.append(
            .init(start: Int32(storage.count), count: Int32(range.count), prefix: -1, local: number))
        storage.append(contentsOf: text[range])
        if entries.count * 2 > slots.count { grow() }
        if let colon = text[range].firstIndex(of: UInt8(ascii: ":")) {
            let prefix = intern(text, range.lowerBound..<colon)
            let local = intern(text, colon + 1..<range.upperBound)
            entries[Int(number)].prefix = prefix
            entries[Int(number)].local = local
        }
        return number
    }

    /// The number of a name given as a string.
    mutating func intern(_ name: String) -> Int32 {
        let bytes = Array(name.utf8)
        return intern(bytes, 0..<bytes.count)
    }

    /// The number of a name, if the document contains it.
    func find(_ name: String) -> Int32? {
        let bytes = Array(name.utf8)
        var slot = Self.hash(bytes, 0..<bytes.count) & (slots.count - 1)
        while slots[slot] >= 0 {
            if equals(slots[slot], bytes, 0..<bytes.count) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The name with this number.
    func name(_ number: Int32) -> String {
        let entry = entries[Int(number)]
        return String(decoding: storage[Int(entry.start)..<Int(entry.start + entry.count)], as: UTF8.self)
    }

    @inline(__always)
    private func equals(_ number: Int32, _ text: [UInt8], _ range: Range<Int>) -> Bool {
        let entry = entries[Int(number)]
        guard Int(entry.count) == range.count else { return false }
        let start = Int(entry.start)
        for offset in 0..<range.count where storage[start + offset] != text[range.lowerBound + offset] {
            return false
        }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for number in entries.indices {
            let entry = entries[number]
            var slot =
                Self.hash(storage, Int(entry.start)..<Int(entry.start + entry.count)) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number)
        }
    }

    @inline(__always)
    private static func hash(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var value: UInt32 = 0x811C_9DC5
        for index in range { value = (value ^ UInt32(text[index])) &* 0x0100_0193 }
        return Int(value ^ value >> 15)
    }
}
