import Testing

@testable import Projects

struct ConditionTests {
    /// Properties and files instead of an evaluation.
    private struct Context: ConditionContext {
        var properties: [String: String] = [:]
        var files: Set<String> = []
        var read: [String] = []

        mutating func conditionText(_ text: String) -> String {
            read.append(text)
            var text = text
            for (name, value) in properties { text = text.replacing("$(\(name))", with: value) }
            return MSBuildEscapes.unescaped(text)
        }

        func exists(_ path: String) -> Bool { files.contains(path) }
    }

    struct Row: CustomTestStringConvertible {
        let condition: String
        let holds: Bool
        var testDescription: String { condition }

        init(_ condition: String, _ holds: Bool) {
            self.condition = condition
            self.holds = holds
        }
    }

    private func context() -> Context {
        Context(
            properties: ["Configuration": "Debug", "Empty": "", "Version": "16.10", "Flag": "TRUE"],
            files: ["here.props", "$Home/a b"])
    }

    static let rows: [Row] = [
        Row("'a' == 'a'", true), Row("'a' == 'A'", true), Row("'a' == 'b'", false), Row("'a' != 'b'", true),
        Row("a == 'a'", true), Row("a==a", true), Row("'a'=='a'", true), Row("  'a'   ==   'a' ", true),
        Row("'$(Configuration)' == 'Debug'", true), Row(" '$(configuration)' == 'Debug' ", false),
        Row("'$(Configuration)|$(Empty)' == 'debug|'", true), Row("$(Configuration) == Debug", true),
        Row("'$(Empty)' == ''", true), Row("'' == ''", true), Row("'' != 'x'", true),
        Row("'%61' == 'a'", true), Row("'a%3bb' == 'a;b'", true),
        Row("1 == 1.0", true), Row("'1' == '01'", true), Row("'0x10' == '16'", true),
        Row("'+1' == '1'", true),
        Row("'1' == 'one'", false), Row("-1 < 0", true), Row("2 < 10", true), Row("'2' > '10'", false),
        Row("2 <= 2", true), Row("2 >= 3", false), Row("0x0F < 16", true), Row("-0x1 == 1", false),
        Row("$(Version) >= 16.9", false), Row("'$(Version)' > '16.9.0'", true),
        Row("'v2.0.0' < '10.0.0'", true),
        Row("'1.2.3.4' >= '1.2.3'", true),
        Row("'true' == 'yes'", true), Row("'on' == '!false'", true), Row("'off' == 'no'", true),
        Row("'true' == 'false'", false), Row("true", true), Row("'on'", true), Row("YES", true),
        Row("!no", true),
        Row("off", false), Row("$(Flag)", true), Row("!$(Flag)", false), Row("!!true", true),
        Row("true and true", true), Row("true and false", false), Row("false or true", true),
        Row("TRUE AND true", true), Row("false Or false", false),
        Row("true or true and false", true), Row("(true or true) and false", false),
        Row("false and false or true", true), Row("!(true and false)", true), Row("!false == true", true),
        Row("('a' == 'a')", true), Row("((('a' == 'a')))", true), Row("('a' == 'a') == true", true),
        Row("Exists('here.props')", true), Row("exists('no.props')", false), Row("!Exists('no.props')", true),
        Row("Exists('$Home/a b')", true), Row("Exists('')", false), Row("Exists($(Empty))", false),
        Row("Exists(here.props)", true), Row("EXISTS('here.props') And '1' == '1'", true),
        Row("HasTrailingSlash('a\\')", true), Row("HasTrailingSlash('a/')", true),
        Row("HasTrailingSlash('a')", false),
        Row("'and' == 'and'", true), Row("'or' != 'and'", true), Row("'a and b' == 'a and b'", true),
        Row("'ü' == 'Ü'", true), Row("'a'=='a'and'b'=='b'", true),
    ]

    @Test(arguments: rows) func `A condition has its value`(_ row: Row) throws {
        var context = context()
        #expect(try ConditionParser.parse(row.condition).holds(in: &context) == row.holds)
    }

    static let malformed: [(String, String, Int)] = [
        ("'a' = 'a'", "expected '==' instead of '='", 5),
        ("'a' ==", "expected a value", 7),
        ("== 'a'", "expected a value", 1),
        ("'a", "the quote is never closed", 1),
        ("('a' == 'a'", "expected ')'", 12),
        ("'a' == 'a')", "the condition should end here", 11),
        ("'a' 'b'", "the condition should end here", 5),
        ("true and", "expected a value", 9),
        ("Found('x')", "there is no function 'Found'", 1),
        ("Exists()", "expected a path", 8),
        ("Exists('a', 'b')", "',' does not belong here", 11),
        ("$Configuration == ''", "expected a reference such as '$(Name)'", 1),
        ("$(Configuration == ''", "expected a reference such as '$(Name)'", 1),
        ("'a' & 'b'", "'&' does not belong here", 5),
        ("{}", "'{' does not belong here", 1),
        ("!", "expected a value", 2),
    ]

    @Test(arguments: malformed)
    func `A malformed condition is an error at its character`(
        _ text: String, _ message: String, _ position: Int
    ) {
        #expect(throws: ConditionParser.SyntaxError(message: message, position: position)) {
            try ConditionParser.parse(text)
        }
    }

    static let unusable: [(String, String)] = [
        ("maybe", "is 'maybe', which is neither true nor false"),
        ("'$(Empty)'", "is '', which is neither true nor false"),
        ("'a' < 'b'", "compares 'a' by '<', which works for numbers and versions only"),
        ("1 >= 'b'", "compares 'b' by '>=', which works for numbers and versions only"),
        ("nan > 1", "compares 'nan' by '>', which works for numbers and versions only"),
    ]

    @Test(arguments: unusable)
    func `A condition without a value says why`(_ text: String, _ reason: String) throws {
        let condition = try ConditionParser.parse(text)
        #expect(throws: Condition.Unusable(reason: reason)) {
            var context = context()
            _ = try condition.holds(in: &context)
        }
    }

    @Test func `The right side is not looked at when the left decides`() throws {
        var context = context()
        #expect(try !ConditionParser.parse("'$(Empty)' != '' and $(Empty) > 3").holds(in: &context))
        #expect(try ConditionParser.parse("true or $(Empty) > 3").holds(in: &context))
        #expect(context.read == ["$(Empty)", "", "true"])
    }

    @Test func `Nesting has a limit instead of a crash`() {
        for text in [String(repeating: "(", count: 100_000), String(repeating: "!", count: 100_000) + "true"]
        {
            #expect(throws: ConditionParser.SyntaxError.self) { try ConditionParser.parse(text) }
        }
    }
}
