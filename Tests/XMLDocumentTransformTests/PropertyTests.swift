import Diagnostics
import Testing
import TransformFuzzing

@testable import XMLDocumentTransform

/// What must hold for every document and transform, tried on many made at random from fixed seeds.
struct PropertyTests {
    private static let empty = "<root xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\"/>"

    private func apply(_ transform: String, to source: [UInt8]) throws -> DocumentTransform.Outcome {
        try DocumentTransform(parsing: Array(transform.utf8), file: "transform").apply(
            to: source, file: "source")
    }

    @Test func `A transform without directives changes no byte`() throws {
        for seed in 0..<300 as Range<UInt64> {
            let source = Array(RandomDocument(seed: seed).text.utf8)
            #expect(try apply(Self.empty, to: source).output == source, "seed \(seed)")
        }
    }

    @Test func `The result is what the same changes make of a plain tree`() throws {
        var changes = 0
        for seed in 0..<1_500 as Range<UInt64> {
            let document = RandomDocument(seed: seed)
            let transform = RandomTransform(for: document, seed: seed &* 7919, count: 1 + Int(seed % 5))
            let source = Array(document.text.utf8)
            let outcome = try apply(transform.text, to: source)
            var model = try ElementModel(source)
            for change in transform.changes { try model.apply(change) }
            changes += transform.changes.count
            let result = try XMLElement(parsing: outcome.output, file: "output")
            #expect(
                result.summary == model.root.summary,
                "seed \(seed)\n\(document.text)\n\(transform.text)\n\(String(decoding: outcome.output, as: UTF8.self))"
            )
        }
        #expect(changes > 3_000)
    }

    @Test func `Lines without a changed element come out as they were`() throws {
        for seed in 0..<400 as Range<UInt64> {
            let document = RandomDocument(seed: seed)
            guard let element = document.elements.last else { continue }
            let transform =
                "<root xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\"><q id=\"\(element.id)\" v=\"new\" "
                + "xdt:Transform=\"SetAttributes(v)\" xdt:Locator=\"XPath(//*[@id='\(element.id)'])\"/></root>"
            let output = String(
                decoding: try apply(transform, to: Array(document.text.utf8)).output, as: UTF8.self)
            let (before, after) = try split(document.text, around: element.id)
            #expect(output.hasPrefix(before), "seed \(seed)")
            #expect(output.hasSuffix(after), "seed \(seed)")
        }
    }

    @Test func `Removing what was inserted restores the document`() throws {
        for seed in 0..<400 as Range<UInt64> {
            let document = RandomDocument(seed: seed)
            guard let element = document.elements.first(where: { $0.path.count == 1 }) else { continue }
            let source = Array(document.text.utf8)
            let outer = "<\(element.name) id=\"\(element.id)\" xdt:Locator=\"Match(id)\">"
            let head = "<root xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\">\(outer)"
            let tail = "</\(element.name)></root>"
            let inserted = try apply("\(head)<fresh xdt:Transform=\"Insert\"/>\(tail)", to: source)
            let restored = try apply("\(head)<fresh xdt:Transform=\"Remove\"/>\(tail)", to: inserted.output)
            #expect(inserted.output != source)
            let before = try XMLElement(parsing: source, file: "before").summary
            #expect(try XMLElement(parsing: restored.output, file: "after").summary == before, "seed \(seed)")
        }
    }

    @Test func `Setting and inserting what is missing change nothing the second time`() throws {
        for seed in 0..<400 as Range<UInt64> {
            let document = RandomDocument(seed: seed)
            guard let element = document.elements.first(where: { $0.path.count == 1 }) else { continue }
            let transform =
                "<root xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\">"
                + "<\(element.name) id=\"\(element.id)\" v=\"1&#10;2\" z=\"'\" xdt:Transform=\"SetAttributes\" xdt:Locator=\"Match(id)\">"
                + "<fresh name=\"n\" xdt:Transform=\"InsertIfMissing\" xdt:Locator=\"Match(name)\"><in/></fresh>"
                + "</\(element.name)></root>"
            let once = try apply(transform, to: Array(document.text.utf8))
            let twice = try apply(transform, to: once.output)
            #expect(twice.output == once.output, "seed \(seed)")
            #expect(once.diagnostics.isEmpty)
        }
    }

    /// The text before the start tag of an element, and the text behind it.
    private func split(_ text: String, around id: String) throws -> (before: String, after: String) {
        let place = try #require(text.firstRange(of: "\"\(id)\"") ?? text.firstRange(of: "'\(id)'"))
        let tree = try ParsedDocument(Array(text.utf8), file: "f").tree
        let offset = text.utf8.distance(from: text.startIndex, to: place.lowerBound)
        let node = try #require(
            tree.nodes.first { $0.kind == .element && Int($0.start) < offset && offset < Int($0.end) })
        let bytes = Array(text.utf8)
        return (
            String(decoding: bytes[..<Int(node.start)], as: UTF8.self),
            String(decoding: bytes[Int(node.end)...], as: UTF8.self)
        )
    }
}
