import Diagnostics
import Testing

@testable import Serving

/// How rewrite rules are read.
@Suite struct RuleTests {
    private func rules(_ text: String) throws -> (rules: [RewriteRule], messages: [String]) {
        let site = try SiteFolder(webServer: FastCGI.handler + "\n<rewrite><rules>\(text)</rules></rewrite>")
        let (plan, messages) = try site.plan()
        return (plan.rules, messages)
    }

    @Test func `Defaults are those of the schema`() throws {
        let rule = try #require(
            try rules(#"<rule name="a"><match url="^x"/><action type="Rewrite" url="y"/></rule>"#).rules.first
        )
        #expect(rule.match == RewriteRule.Test(pattern: "^x", ignoreCase: true, negate: false))
        #expect(rule.matchesAll && rule.conditions.isEmpty && !rule.stopsProcessing)
        #expect(rule.action == RewriteRule.Action(type: .rewrite, url: "y", appendQueryString: true))
        #expect(rule.place == "site/web.config:5:18")
    }

    @Test func `Every attribute counts, whatever its case`() throws {
        let rule = try #require(
            try rules(
                """
                <rule name="a" stopProcessing="True" patternSyntax="Wildcard"><match url="a*" ignoreCase="false" negate="true"/>
                <conditions logicalGrouping="MatchAny"><add input="{HTTP_X_Y}{QUERY_STRING}" pattern="b" negate="TRUE"/>
                <add input="{REQUEST_FILENAME}" matchType="IsDirectory"/></conditions>
                <action type="Redirect" url="/z/{R:1}{C:0}" redirectType="SeeOther" appendQueryString="False"/></rule>
                """
            ).rules.first)
        #expect(
            rule.match == RewriteRule.Test(pattern: "a*", syntax: .wildcard, ignoreCase: false, negate: true))
        #expect(rule.conditions.map(\.kind) == [.pattern, .isDirectory])
        #expect(rule.conditions[0].test.negate && !rule.matchesAll && rule.stopsProcessing)
        #expect(
            rule.action
                == RewriteRule.Action(
                    type: .redirect, url: "/z/{R:1}{C:0}", appendQueryString: false, status: 303))
    }

    @Test func `Cleared, removed and disabled rules are gone`() throws {
        let (rules, messages) = try rules(
            """
            <rule name="a"><match url="."/></rule><clear/><rule name="b"><match url="."/></rule><remove name="b"/>
            <rule name="c" enabled="false"><match url="."/></rule><rule name="d"><match url="."/></rule>
            """)
        #expect(rules.map(\.name) == ["d"])
        #expect(messages.isEmpty)
    }

    struct Unknown: Sendable {
        var rule: String
        var message: String
    }

    static let unknown = [
        Unknown(
            rule: #"<rule name="r"><serverVariables/></rule>"#,
            message: "5:33: warning: the rule 'r' is left out: 'serverVariables' is not understood"),
        Unknown(
            rule: #"<rule name="r" patternSyntax="Perl"/>"#,
            message:
                "5:32: warning: the rule 'r' is left out: 'patternSyntax' is 'Perl', which is not understood"),
        Unknown(
            rule: #"<rule name="r"><action type="Rewrite" url="{Map:{R:1}}"/></rule>"#,
            message: "5:33: warning: the rule 'r' is left out: '{Map:{R:1}}' is not understood"),
        Unknown(
            rule: #"<rule name="r"><action type="Rewrite" url="http://other/{R:0}"/></rule>"#,
            message: "5:33: warning: the rule 'r' is left out: it sends requests to another server"),
        Unknown(
            rule: #"<rule name="r"><conditions><add input="{CACHE_URL}"/></conditions></rule>"#,
            message: "5:45: warning: the rule 'r' is left out: '{CACHE_URL}' is not understood"),
        Unknown(
            rule: #"<rule name="r"><action type="Dance"/></rule>"#,
            message: "5:40: warning: the rule 'r' is left out: 'type' is 'Dance', which is not understood"),
    ]

    @Test(arguments: unknown) func `What is not understood is a warning with its place`(_ sample: Unknown)
        throws
    {
        let (rules, messages) = try rules(sample.rule)
        #expect(rules.isEmpty)
        #expect(
            messages == ["site/web.config:\(sample.message) (the host may know it; here it has no effect)"])
    }

    @Test func `Other parts of the module are named as not applied`() throws {
        let site = try SiteFolder(
            webServer: FastCGI.handler
                + "\n<rewrite><outboundRules><rule name='x'/></outboundRules></rewrite>")
        #expect(
            try site.plan().messages == ["site/web.config:5:11: warning: 'outboundRules' is not applied here"]
        )
    }
}
