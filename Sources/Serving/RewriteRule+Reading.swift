import Diagnostics
import WebConfiguration
import XMLDocumentTransform

extension RewriteRule {
    /// The rules that hold, in order: those before the last `clear` are gone, and so are removed ones.
    ///
    /// - Parameters:
    ///   - sections: The `system.webServer` sections of the site.
    ///   - diagnostics: Takes a warning for each rule that is not understood and so left out.
    /// - Returns: The rules.
    static func all(in sections: [XMLElement], diagnostics: inout DiagnosticList) -> [RewriteRule] {
        var rules: [RewriteRule] = []
        for section in sections.flatMap({ $0.children("rewrite") }).flatMap(\.elements) {
            guard section.localName == "rules" else {
                if !section.elements.isEmpty {
                    diagnostics.add(
                        .warning(
                            "serve-rewrite-ignored", "'\(section.name)' is not applied here",
                            at: section.location))
                }
                continue
            }
            for element in section.elements {
                switch element.localName {
                case "clear": rules = []
                case "remove": rules.removeAll { $0.name == element["name"] }
                case "rule":
                    do {
                        if let rule = try RewriteRule(element) { rules.append(rule) }
                    } catch {
                        diagnostics.add(
                            .warning(
                                "serve-rule-unknown",
                                "the rule '\(element["name"] ?? "")' is left out: \(error.reason)",
                                at: error.location, hint: "the host may know it; here it has no effect"))
                    }
                default: break
                }
            }
        }
        return rules
    }

    /// What is not understood in a rule.
    fileprivate struct Unknown: Error {
        var reason: String
        var location: Diagnostic.Location
    }

    /// Reads an element `rule`; nil when it is switched off.
    private init?(_ element: XMLElement) throws(Unknown) {
        guard element["enabled"]?.lowercased() != "false" else { return nil }
        if let other = element.elements.first(where: {
            !["match", "conditions", "action"].contains($0.localName)
        }) {
            throw Unknown(reason: "'\(other.name)' is not understood", location: other.location)
        }
        let syntax = try Self.choice(
            "patternSyntax", of: element, among: Test.Syntax.allCases, else: .ecmaScript, \.rawValue)
        name = element["name"] ?? ""
        place = element.location.description
        stopsProcessing = element["stopProcessing"]?.lowercased() == "true"
        match = Test(element.children("match").first, pattern: "url", syntax: syntax)
        let group = element.children("conditions").first
        matchesAll = group?["logicalGrouping"]?.lowercased() != "matchany"
        conditions = []
        for condition in group?.children("add") ?? [] {
            let kind = try Self.choice(
                "matchType", of: condition, among: Condition.Kind.allCases, else: .pattern, \.rawValue)
            let input = condition["input"] ?? ""
            try Self.check(input, at: condition)
            conditions.append(
                Condition(input: input, kind: kind, test: Test(condition, pattern: "pattern", syntax: syntax))
            )
        }
        action = try Action(element.children("action").first)
    }

    /// The value of an attribute with few possible ones, compared without regard to case.
    fileprivate static func choice<Value>(
        _ name: String, of element: XMLElement, among values: [Value], else usual: Value,
        _ spelling: (Value) -> String
    ) throws(Unknown) -> Value {
        guard let attribute = element.attributes.first(where: { $0.name == name }) else { return usual }
        guard let value = values.first(where: { spelling($0) == attribute.value.lowercased() }) else {
            throw Unknown(
                reason: "'\(name)' is '\(attribute.value)', which is not understood",
                location: attribute.location)
        }
        return value
    }

    /// Refuses names in braces that stand for nothing here.
    fileprivate static func check(_ text: String, at element: XMLElement) throws(Unknown) {
        let names = text.matches(of: namePattern).map { String($0.1) }
        let rest = text.replacing(namePattern, with: "")
        guard !rest.contains("{"), names.allSatisfy(isKnown) else {
            throw Unknown(reason: "'\(text)' is not understood", location: element.location)
        }
    }

    private static var namePattern: Regex<(Substring, Substring)> { /\{([^{}]*)\}/ }

    private static func isKnown(_ name: String) -> Bool {
        name.wholeMatch(of: /[RrCc]:[0-9]/) != nil || name.uppercased().hasPrefix("HTTP_")
            || variables.contains(name.uppercased())
    }

    private static let variables: Set<String> = [
        "REQUEST_URI", "UNENCODED_URL", "URL", "PATH_INFO", "SCRIPT_NAME", "QUERY_STRING", "REQUEST_METHOD",
        "HTTPS",
        "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR", "REMOTE_HOST", "REQUEST_FILENAME",
    ]
}

extension RewriteRule.Test {
    /// Reads `match` or a condition.
    fileprivate init(_ element: XMLElement?, pattern: String, syntax: Syntax) {
        self.pattern = element?[pattern] ?? ""
        // A rule without a pattern is for every path, also with a syntax in which an empty one is for none.
        self.syntax = self.pattern.isEmpty ? .ecmaScript : syntax
        ignoreCase = element?["ignoreCase"]?.lowercased() != "false"
        negate = element?["negate"]?.lowercased() == "true"
    }
}

extension RewriteRule.Action {
    /// The status of each `redirectType`.
    private static let redirections = ["permanent": 301, "found": 302, "seeother": 303, "temporary": 307]

    /// Reads `action`; none means that nothing is done.
    fileprivate init(_ element: XMLElement?) throws(RewriteRule.Unknown) {
        guard let element else {
            type = .none
            return
        }
        type = try RewriteRule.choice("type", of: element, among: Kind.allCases, else: .none, \.rawValue)
        url = element["url"] ?? ""
        appendQueryString = element["appendQueryString"]?.lowercased() != "false"
        try RewriteRule.check(url, at: element)
        switch type {
        case .rewrite:
            guard url.firstRange(of: "://") == nil else {
                throw RewriteRule.Unknown(
                    reason: "it sends requests to another server", location: element.location)
            }
        case .redirect:
            status = Self.redirections[element["redirectType"]?.lowercased() ?? "permanent"] ?? 301
        case .customResponse:
            status = element["statusCode"].flatMap { Int($0) } ?? 200
        case .none, .abortRequest: break
        }
    }
}
