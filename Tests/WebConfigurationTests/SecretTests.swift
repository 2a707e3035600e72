import Foundation
import Testing
import WebConfiguration

struct SecretTests {
    @Test func `A fresh secret is 43 characters that a URL carries as they are, and no two are alike`() {
        let secrets = (0..<500).map { _ in Secret() }
        #expect(Set(secrets).count == 500)
        for secret in secrets {
            #expect(secret.revealed.wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil)
            #expect(Secret(secret.revealed) == secret)
        }
    }

    @Test func `Bytes become base64url without padding`() {
        #expect(Secret(bytes: [0xFB, 0xFF]).revealed == "-_8")
        #expect(Secret(bytes: Array("any carnal pleasure".utf8)).revealed == "YW55IGNhcm5hbCBwbGVhc3VyZQ")
    }

    @Test func `The digest is the SHA-256 that other programs compute`() {
        #expect(
            Secret("abc")?.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `A secret does not show itself`() {
        let secret = Secret()
        let url = AttachURL(site: nil, secret: secret)
        var dumped = ""
        dump(secret, to: &dumped)
        dump(url, to: &dumped)
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), "\(url)", dumped] {
            #expect(!text.contains(secret.revealed))
        }
    }

    @Test(arguments: ["", "   ", "a b", "a/b", "a@b", "ä", "a:b", "%41"])
    func `What a URL cannot carry is no secret`(text: String) {
        #expect(Secret(text) == nil)
    }

    @Test func `White space around a secret is dropped`() {
        #expect(Secret("\n  abc-1 \t")?.revealed == "abc-1")
    }
}

struct LifetimeTests {
    @Test(arguments: [("30m", 1800), ("8h", 28800), ("7d", 604_800), ("48h", 172_800)])
    func `A lifetime is a number and a unit`(text: String, seconds: Int) {
        #expect(Lifetime(text)?.seconds == seconds)
    }

    @Test(arguments: [
        "", "8", "h", "-1h", "0h", "1.5h", "1w", "99999999d", "9999999999999999999h", "8 h", "Never",
    ])
    func `Anything else is none`(text: String) {
        #expect(Lifetime(text) == nil)
    }

    @Test func `A lifetime ends on a full second, and never means never`() throws {
        let start = Date(timeIntervalSince1970: 1_800_000_000.7)
        let expiry = try #require(Lifetime("1h")).expiry(from: start)
        #expect(expiry.text == "2027-01-15T09:00:00Z")
        #expect(Expiry(expiry.text) == expiry)
        #expect(!expiry.hasPassed(at: start))
        #expect(expiry.hasPassed(at: start.addingTimeInterval(3600)))
        #expect(Lifetime("never")?.expiry(from: start) == .never)
        #expect(Expiry("never") == .never)
        #expect(Expiry("tomorrow") == nil)
    }
}
