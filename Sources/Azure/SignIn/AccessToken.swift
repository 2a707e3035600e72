import Diagnostics

/// A token of Microsoft Entra ID; its description is redacted.
package struct AccessToken: Sendable, Hashable {
    /// The token itself, for the `Authorization` header only.
    package let revealed: String
    /// Until when it holds, in seconds since 1970.
    package let expires: Int

    /// Creates a token.
    package init(_ revealed: String, expires: Int) {
        self.revealed = revealed
        self.expires = expires
    }
}

extension AccessToken: CustomStringConvertible, CustomReflectable {
    /// Never the token.
    package var description: String { "<token>" }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Somebody who gives out tokens.
package protocol TokenSource: Sendable {
    /// Fetches a token.
    ///
    /// - Parameter resource: What it is for, such as `https://management.azure.com`.
    /// - Returns: The token.
    /// - Throws: A `Failure` that says how to sign in.
    func token(for resource: String) async throws -> AccessToken
}

/// The tokens of one run, kept in memory until shortly before they expire: `az` takes a second to give one out.
package actor AccessTokens {
    private let source: any TokenSource
    private let now: @Sendable () -> Int
    private var tokens: [String: AccessToken] = [:]

    /// Creates a cache.
    ///
    /// - Parameters:
    ///   - source: Who gives out tokens.
    ///   - now: The time in seconds since 1970.
    package init(_ source: any TokenSource, now: @escaping @Sendable () -> Int) {
        self.source = source
        self.now = now
    }

    /// A token that holds for two more minutes at least.
    ///
    /// - Parameters:
    ///   - resource: What it is for.
    ///   - isRenewed: Whether a server refused the one before, so that another is fetched.
    /// - Returns: The token.
    /// - Throws: A `Failure` that says how to sign in.
    package func token(for resource: String, isRenewed: Bool = false) async throws -> AccessToken {
        if !isRenewed, let token = tokens[resource], token.expires > now() + 120 { return token }
        let token = try await source.token(for: resource)
        tokens[resource] = token
        return token
    }
}
