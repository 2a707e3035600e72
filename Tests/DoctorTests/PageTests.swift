import Testing
import Tunnel

@testable import Doctor

@Suite struct PageTests {
    private func answer(
        _ status: Int, _ body: String = "", _ headers: [(String, String)] = [("Server", "Microsoft-IIS/10.0")]
    ) -> SiteAnswer {
        SiteAnswer(
            path: "/ptvsd/status", status: status, headers: headers.map { .init($0.0, $0.1) },
            body: Array(body.utf8))
    }

    @Test(arguments: [
        "<title>IIS 10.0 Detailed Error - 500.19 - Internal Server Error</title>",
        "<title>IIS 8.5-Detailfehler - 500.19 - Interner Serverfehler</title>",
        "<h2>HTTP エラー 500.19</h2>", "<H3 class=\"x\">HTTP Error 500.19 - …</H3>",
    ])
    func aPageOfIISIsKnownByItsNumbers(_ body: String) throws {
        let page = try #require(IISErrorPage(answer(500, body)))
        #expect(page.number == "500.19")
    }

    @Test(arguments: [
        "<title>Error 500</title>", "<title>500.19</title>".replacing("500", with: "404"),
        "<p>500.19</p>", "<title>version 1500.19</title>", "<title>500.1999</title>", "",
    ])
    func anotherPageIsNone(_ body: String) {
        #expect(IISErrorPage(answer(500, body)) == nil)
    }

    @Test func theLineThatIISComplainsAboutIsTheMiddleOne() throws {
        let body = """
            <h3>HTTP Error 500.19</h3><td>0x80070021</td><div class="config_source"><pre><code>
               24:   &lt;system.webServer&gt;
               25:     &lt;webSocket enabled=&quot;true&quot; /&gt;
               26:   &lt;/system.webServer&gt;
            </code></pre></div>
            """
        let page = try #require(IISErrorPage(answer(500, body)))
        #expect(page.sourceLine == "<webSocket enabled=\"true\" />")
        #expect(page.errorCode == 0x8007_0021)
    }

    @Test func aSuccessIsNoErrorPage() {
        #expect(IISErrorPage(answer(200, "<title>404.0</title>")) == nil)
    }

    @Test func theEndpointsOwnChallengeIsNoSignInWall() {
        let own = answer(401, "", [("WWW-Authenticate", "Basic realm=\"ptvsd\", charset=\"UTF-8\"")])
        #expect(SignInWall(own) == nil)
        #expect(SignInWall(answer(401, "", [("WWW-Authenticate", "Negotiate")])) != nil)
        #expect(SignInWall(answer(302, "", [("Location", "https://site.example/")])) == nil)
    }

    @Test func aForbiddenPageOfTheSiteIsNoneOfAzure() {
        #expect(AzurePage(answer(403, "<h1>Forbidden</h1>")) == nil)
        #expect(
            AzurePage(answer(403, "", [("x-ms-forbidden-ip", "203.0.113.7")]))
                == .accessRestricted(address: "203.0.113.7"))
    }
}
