import Diagnostics
import Testing

struct DiagnosticTests {
    @Test func `A finding is a line that editors jump to, with its hint behind it`() {
        let place = Diagnostic.Location(file: "web.config", line: 3, column: 7)
        #expect(
            Diagnostic.error("x", "'a' is missing", at: place, hint: "add it").description
                == "web.config:3:7: error: 'a' is missing (add it)")
        #expect(Diagnostic.note("x", "fine").description == "note: fine")
        #expect(
            Diagnostic.warning("x", "odd", at: .init(file: "f", line: 2)).description == "f:2: warning: odd")
    }

    @Test func `Only errors end the work, and they bring everything found before them`() throws {
        var list = DiagnosticList([.warning("w", "odd")])
        try list.failOnErrors()
        list.add(.error("e", "broken"))
        #expect(throws: Failure(.badInput, [.warning("w", "odd"), .error("e", "broken")])) {
            try list.failOnErrors()
        }
    }
}
