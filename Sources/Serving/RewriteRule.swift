/// A rule of the URL Rewrite module, with the defaults of its schema filled in.
package struct RewriteRule: Sendable, Hashable, Encodable {
    package var name: String
    /// `file:line:column` of the rule.
    package var place: String
    /// What the path must look like, without its leading slash.
    package var match: Test
    /// Whether all conditions have to hold, or one.
    package var matchesAll: Bool
    package var conditions: [Condition]
    package var action: Action
    /// Whether no further rule is looked at.
    package var stopsProcessing: Bool

    /// A pattern.
    package struct Test: Sendable, Hashable, Encodable {
        package var pattern: String
        package var syntax = Syntax.ecmaScript
        package var ignoreCase = true
        package var negate = false

        /// How the pattern is written.
        package enum Syntax: String, Sendable, Encodable, CaseIterable {
            case ecmaScript = "ecmascript"
            case wildcard
            case exactMatch = "exactmatch"
        }
    }

    /// A condition.
    package struct Condition: Sendable, Hashable, Encodable {
        /// A text with server variables in braces.
        package var input: String
        package var kind: Kind
        package var test: Test

        /// What is asked of the input.
        package enum Kind: String, Sendable, Encodable, CaseIterable {
            case pattern
            case isFile = "isfile"
            case isDirectory = "isdirectory"
        }
    }

    /// What is done.
    package struct Action: Sendable, Hashable, Encodable {
        package var type: Kind
        package var url = ""
        package var appendQueryString = true
        /// The status of a redirection or answer.
        package var status = 0

        /// The kind of action.
        package enum Kind: String, Sendable, Encodable, CaseIterable {
            case none, rewrite, redirect
            case customResponse = "customresponse"
            case abortRequest = "abortrequest"
        }
    }
}
