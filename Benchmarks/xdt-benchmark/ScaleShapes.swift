/// Shapes of documents and transforms that a careless walk over siblings makes quadratic.
enum ScaleShapes {
    private static let namespace = "xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\""

    /// A document and transform of a given size.
    struct Shape: Sendable {
        var name: String
        var make: @Sendable (Int) -> (source: String, transform: String)
    }

    private static func repeated(_ count: Int, _ text: (Int) -> String) -> String {
        (0..<count).map(text).joined()
    }

    static let shapes: [Shape] = [
        .init(name: "removing every other of many siblings on one line") { size in
            (
                "<c>" + repeated(size) { "<a i=\"\($0)\"/>" } + "</c>",
                "<c \(namespace)>"
                    + repeated(size / 2) {
                        "<a i=\"\($0 * 2)\" xdt:Transform=\"Remove\" xdt:Locator=\"Match(i)\"/>"
                    } + "</c>"
            )
        },
        .init(name: "appending to one element, and finding what was appended") { size in
            (
                "<c>\n" + repeated(size) { "  <a i=\"\($0)\"/>\n" } + "</c>",
                "<c \(namespace)>"
                    + repeated(size / 2) {
                        "<a i=\"n\($0)\" xdt:Transform=\"InsertIfMissing\" xdt:Locator=\"Match(i)\"/>"
                    } + "</c>"
            )
        },
        .init(name: "inserting before the same sibling") { size in
            (
                "<c>\n" + repeated(size) { "  <a i=\"\($0)\"/>\n" } + "</c>",
                "<c \(namespace)><b xdt:Transform=\"Insert\"/>"
                    + repeated(size / 10) {
                        "<a i=\"n\($0)\" xdt:Transform=\"InsertBefore(*[1])\"/><a i=\"n\($0)\" q=\"1\" xdt:Transform=\"SetAttributes\" xdt:Locator=\"Match(i)\"/>"
                    } + "</c>"
            )
        },
        .init(name: "new attributes where the indentation changes all the time and nobody breaks lines") {
            size in
            (
                "<c>" + repeated(size) { "\n\(String(repeating: " ", count: $0 % 7))<a x=\"\($0)\"/>" }
                    + "</c>",
                "<c \(namespace)><a y=\"1\" xdt:Transform=\"SetAttributes\"/></c>"
            )
        },
        .init(name: "conditions that only XPath can judge") { size in
            (
                "<c>\n" + repeated(size) { "  <g><a i=\"\($0)\"/></g>\n" } + "</c>",
                "<c \(namespace)>"
                    + repeated(20) {
                        "<g xdt:Locator=\"Condition(a/@i=\($0))\"><n xdt:Transform=\"Insert\"/></g>"
                    } + "</c>"
            )
        },
        .init(name: "nothing matches") { size in
            (
                "<c>\n" + repeated(size) { "  <a i=\"\($0)\"/>\n" } + "</c>",
                "<c \(namespace)>"
                    + repeated(size / 2) {
                        "<a i=\"n\($0)\" xdt:Transform=\"Remove\" xdt:Locator=\"Match(i)\"/>"
                    } + "</c>"
            )
        },
    ]
}
