import Diagnostics
import Projects
import SystemPackage
import Testing

@testable import Destinations

struct CredentialTests {
    private let netrc = """
        # a comment
        machine other.example login o password "o w"
        machine h.example
            login me
            password s3cret
            account none
        macdef init
        machine trap.example login x password x

        machine h.example login you password "a \\"quoted\\" \\\\ one"
        default login anonymous password guest
        """

    @Test func `A netrc is read as curl reads it`() {
        let read = Netrc(netrc)
        #expect(read.entry(for: "H.example", user: nil)?.user == "me")
        #expect(read.entry(for: "h.example", user: "you")?.password?.revealed == #"a "quoted" \ one"#)
        #expect(read.entry(for: "other.example", user: nil)?.password?.revealed == "o w")
        #expect(read.entry(for: "trap.example", user: nil)?.user == "anonymous")
        #expect(read.entry(for: "h.example", user: "nobody") == nil)
    }

    @Test func `The environment wins over the profile, and the address over both for the user`() async throws
    {
        let environment = ["PTVSD_PUBLISH_USER": "env", "PTVSD_PUBLISH_PASSWORD": "from-env"]
        let sources = CredentialSources(
            environment: environment, profileUser: "prof", profilePassword: Password("from-profile"))
        #expect(try await sources.credentials(for: "h", user: nil).user == "env")
        #expect(try await sources.credentials(for: "h", user: nil).password.revealed == "from-env")
        #expect(try await sources.credentials(for: "h", user: "url").user == "url")
        let profile = CredentialSources(
            environment: [:], profileUser: "prof", profilePassword: Password("from-profile"))
        #expect(
            try await profile.credentials(for: "h", user: nil)
                == Credentials(user: "prof", password: Password("from-profile")))
    }

    @Test func `The password of a profile's user is not sent for another`() async {
        let sources = CredentialSources(
            environment: ["HOME": "/nowhere", "CI": "true"], profileUser: "prof",
            profilePassword: Password("x"))
        await #expect(throws: Failure.self) { try await sources.credentials(for: "h", user: "other") }
    }

    @Test func `What is known without asking is both or nothing, and no password for just anybody`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("netrc", netrc)
        let sources = CredentialSources(environment: ["NETRC": file.string])
        #expect(sources.known(for: "h.example", user: nil, netrc: .named)?.user == "me")
        #expect(sources.known(for: "h.example", user: nil, netrc: .none) == nil)
        #expect(sources.known(for: "elsewhere", user: nil, netrc: .named) == nil)
        #expect(sources.known(for: "elsewhere", user: nil, netrc: .all)?.user == "anonymous")
        #expect(sources.known(for: "h.example", user: "nobody", netrc: .all) == nil)
        let profile = CredentialSources(environment: ["NETRC": file.string], profileUser: "you")
        #expect(
            profile.known(for: "h.example", user: nil, netrc: .named)?.password.revealed
                == #"a "quoted" \ one"#)
    }

    @Test(arguments: ["", "0", "false", "False"])
    func `Some values of CI mean the contrary`(value: String) {
        #expect(!ContinuousIntegration.isRunning(in: ["CI": value]))
        #expect(
            !ContinuousIntegration.isRunning(in: [:]) && ContinuousIntegration.isRunning(in: ["CI": "true"]))
    }

    @Test func `A password shows nowhere by accident`() {
        let password = Password("geheim")
        #expect(!"\(password) \(String(reflecting: password)) \([password])".contains("geheim"))
        #expect(!"\(Credentials(user: "u", password: password))".contains("geheim"))
    }
}
