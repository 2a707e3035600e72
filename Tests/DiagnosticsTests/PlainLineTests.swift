import Diagnostics
import Testing

struct PlainLineTests {
    @Test(arguments: [
        ("the debugger\u{1B}[2J\u{7} went", "the debugger[2J went"),
        ("one\nerror: two\r\nthree\tfour", "one error: two three four"),
        ("\u{9B}31mred\u{7F}", "31mred"), ("txt.\u{202E}exe", "txt.exe"), ("e\u{301}\u{1B}", "e\u{301}"),
        ("a\u{2028}b\u{85}c", "a b c"),
    ])
    func `What would command a terminal is left out`(text: String, shown: String) {
        #expect(text.plainLine == shown)
    }

    @Test(arguments: ["", "plain", "Grüße, 日本 👩‍💻", "C:\\x; 'y' (…)"])
    func `All other text stays`(text: String) {
        #expect(text.plainLine == text)
    }

    @Test func `A finding is one line, whatever it quotes`() {
        let finding = Diagnostic.warning("x", "it says 'a\nerror: b\u{1B}[0m'", hint: "see\n'c'")
        #expect(finding.description == "warning: it says 'a error: b[0m' (see 'c')")
    }
}
