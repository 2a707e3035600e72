import Testing

@testable import Projects

struct SitePathTests {
    @Test func `A path stands in the folders above it, the nearest first`() throws {
        #expect(try SitePath("a/b/c.py").folders.map(\.description) == ["a/b", "a"])
        #expect(Array(SitePath(named: "app.py").folders).isEmpty)
    }
}
