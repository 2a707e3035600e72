import Testing

@testable import Editors

/// What holds for every document, tried with many.
struct MergePropertyTests {
    private static let entry = OwnedEntry(
        fields: [
            .always("name", "ours"), .always("connect", ["host": "127.0.0.1", "port": 1]),
            .initially("kept", true),
        ],
        identity: [("name", "ours")])
    private static let later = OwnedEntry(
        fields: [
            .always("name", "ours"), .always("connect", ["host": "127.0.0.1", "port": 2, "more": [1]]),
        ],
        identity: [("name", "ours")])

    private func merged(_ document: JSONCDocument, _ entry: OwnedEntry) throws -> JSONCDocument {
        var document = document
        try document.merge(entry, into: "list", beginning: [])
        return document
    }

    @Test(arguments: 0..<40)
    func `Everything that is not ours stays as it is`(_ hundred: Int) throws {
        for number in 0..<100 {
            var random = RandomJSONC(seed: UInt64(hundred * 100 + number))
            let before = try JSONCDocument(Array(random.document(array: "list").utf8), file: "a.json")
            let after = try merged(before, Self.entry)
            #expect(Self.isInsertion(before.bytes, after.bytes), "seed \(hundred * 100 + number)")
            // It is there, once and last, and the others before it.
            let (old, new) = (
                before.node(at: [.member("list")])?.elements ?? [],
                after.node(at: [.member("list")])?.elements ?? []
            )
            #expect(new.count == old.count + 1)
            #expect(new.last?.says(Self.entry.value) == true)
            for (one, other) in zip(old, new) { #expect(before.bytes[one.range] == after.bytes[other.range]) }
            // Again: the same bytes.
            #expect(try merged(after, Self.entry).bytes == after.bytes)
            // Changed: only within the entry.
            let changed = try merged(after, Self.later)
            let (entry, renewed) = (
                try #require(new.last), try #require(changed.node(at: [.member("list")])?.elements?.last)
            )
            #expect(after.bytes[..<entry.range.lowerBound] == changed.bytes[..<renewed.range.lowerBound])
            #expect(after.bytes[entry.range.upperBound...] == changed.bytes[renewed.range.upperBound...])
            #expect(renewed.member("kept")?.says(true) == true)
            #expect(renewed.member("connect")?.says(["host": "127.0.0.1", "port": 2, "more": [1]]) == true)
        }
    }

    /// Whether `after` is `before` with one text put in, and perhaps one comma somewhere before it, behind which only
    /// comments and blanks stood.
    private static func isInsertion(_ before: [UInt8], _ after: [UInt8]) -> Bool {
        let start = zip(before, after).prefix { $0 == $1 }.count
        let (oldRest, newRest) = (before[start...], after[start...])
        let end = zip(oldRest.reversed(), newRest.reversed()).prefix { $0 == $1 }.count
        let (oldMiddle, newMiddle) = (oldRest.dropLast(end), newRest.dropLast(end))
        guard !oldMiddle.isEmpty else { return true }
        // A comma was put in first: what is left of the old text follows it unchanged.
        return newMiddle.first == UInt8(ascii: ",") && newMiddle.dropFirst().starts(with: oldMiddle)
    }

    @Test(arguments: 0..<20)
    func `Random bytes never get further than an error`(_ hundred: Int) throws {
        for number in 0..<100 {
            var random = RandomJSONC(seed: UInt64(hundred * 100 + number))
            var bytes = Array(random.document(array: "list").utf8)
            let place = (number * 7919 + hundred) % bytes.count
            bytes[place] = UInt8(truncatingIfNeeded: number &* 37 &+ hundred)
            guard var document = try? JSONCDocument(bytes, file: "a.json"),
                document.node(at: [])?.isObject == true,
                (document.node(at: [.member("list")])?.elements) != nil
            else { continue }
            try document.merge(Self.entry, into: "list", beginning: [])
            #expect(Self.isInsertion(bytes, document.bytes))
        }
    }
}
