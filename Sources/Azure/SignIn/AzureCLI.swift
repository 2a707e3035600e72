import Diagnostics
import Subprocess

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The sign-in of the program `az`, which stays the only keeper of the user's tokens.
package struct AzureCLI: TokenSource {
    private struct TokenForm: Decodable {
        var accessToken: String
        /// Seconds since 1970; older versions only tell a local time.
        var expiresOn: Int?

        enum CodingKeys: String, CodingKey {
            case accessToken
            case expiresOn = "expires_on"
        }
    }

    private struct AccountForm: Decodable {
        var id: String
    }

    private let now: @Sendable () -> Int

    /// Creates the source.
    ///
    /// - Parameter now: The time in seconds since 1970.
    package init(now: @escaping @Sendable () -> Int) {
        self.now = now
    }

    package func token(for resource: String) async throws -> AccessToken {
        let output = try await run(["account", "get-access-token", "--resource", resource])
        guard let form = JSONBody.decoded(TokenForm.self, output), !form.accessToken.isEmpty else {
            throw unreadable("account get-access-token")
        }
        // Tokens hold for an hour at least; without a time, five minutes do no harm.
        return AccessToken(form.accessToken, expires: form.expiresOn ?? now() + 420)
    }

    /// The subscription that `az account set` chose.
    ///
    /// - Throws: A `Failure` that says how to sign in.
    package func subscription() async throws -> String {
        guard let form = JSONBody.decoded(AccountForm.self, try await run(["account", "show"])) else {
            throw unreadable("account show")
        }
        return form.id
    }

    private func run(_ arguments: [String]) async throws -> [UInt8] {
        let result: ExecutionResult<Void, BytesOutput, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .name("az"), arguments: Arguments(arguments + ["--output", "json"]),
                output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 16))
        } catch is SubprocessError {
            throw Failure(
                .notAuthorised, id: "azure-cli-missing",
                "nobody is signed in to Azure: there is no program 'az'",
                hint: "install the Azure CLI and run 'az login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
                    + "AZURE_CLIENT_SECRET, or use a publish profile with a password")
        }
        guard result.terminationStatus == .exited(0) else { throw Self.explained(result.standardError) }
        return result.standardOutput
    }

    /// What a failed `az` means; its own words may name accounts, but never hold a token.
    static func explained(_ output: String) -> Failure {
        let said =
            output.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
            .map { String($0.prefix(300)) } ?? "it did not say why"
        return Failure(
            .notAuthorised, id: "azure-not-signed-in", "'az' gives no access to Azure: \(said)",
            hint: "run 'az login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET")
    }

    private func unreadable(_ command: String) -> Failure {
        Failure(
            .failed, id: "azure-cli-output", "'az \(command)' printed something else than it should",
            hint: "update the Azure CLI with 'az upgrade'")
    }
}
