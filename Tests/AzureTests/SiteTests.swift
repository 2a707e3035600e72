import Testing

@testable import Azure

/// How sites are named, and what Azure Resource Manager says of them.
struct SiteTests {
    private static let names: [(String, String?)] = [
        ("shop", "azure:shop"), ("shop/staging", "azure:shop/staging"), ("Shop-1/production", "azure:Shop-1"),
        ("", nil), ("shop/", nil), ("a/b/c", nil), ("shop.net", nil), ("a b", nil), ("/x", nil), ("ü", nil),
    ]

    @Test(arguments: Self.names)
    func `A site is a name and perhaps a slot`(text: String, description: String?) {
        #expect(AzureSite(text)?.description == description)
    }

    private static let addresses: [(String, String?)] = [
        ("shop.scm.azurewebsites.net:443", "https://shop.scm.azurewebsites.net"),
        ("https://shop.scm.azurewebsites.net/", "https://shop.scm.azurewebsites.net"),
        ("https://localhost:4443/msdeploy.axd?site=x", "https://localhost:4443"),
        ("http://shop.scm.azurewebsites.net", nil), ("", nil), ("https://", nil), ("host:x", nil),
        ("user@host", nil),
    ]

    @Test(arguments: Self.addresses)
    func `An SCM site is a host with https`(text: String, description: String?) {
        #expect(AzureSite(scmAddress: text)?.description == description)
    }

    private static let identities: [(String?, [String?], String?, String?)] = [
        (
            "/subscriptions/0/resourceGroups/g/providers/Microsoft.Web/sites/shop/slots/beta", [],
            "/subscriptions/0/resourceGroups/g/providers/Microsoft.Web/sites/shop/slots/beta", nil
        ),
        (nil, ["shop__beta", "$shop"], nil, "shop/beta"),
        (nil, ["shop", "$shop__beta"], nil, "shop/beta"),
        (nil, [nil, #"shop__beta\$shop__beta"#], nil, "shop/beta"),
        (nil, ["shop", "$shop", "__x", "x__"], nil, nil),
        ("/subscriptions/0/resourceGroups/g", [], nil, nil),
        ("@x.example/subscriptions/0/providers/Microsoft.Web/sites/s", [], nil, nil),
        ("/subscriptions/0/providers/Microsoft.Web/sites/../x", [], nil, nil),
        ("/subscriptions/0/providers/Microsoft.Web/sites/s?x", [], nil, nil),
    ]

    @Test(arguments: Self.identities)
    func `A profile tells the site and its slot`(id: String?, names: [String?], known: String?, slot: String?)
    {
        let identity = SiteIdentity(resourceID: id, names: names)
        #expect(identity.resourceID == known)
        #expect(identity.slot.map { "\($0.site)/\($0.name)" } == slot)
    }

    @Test func `Nothing that is described tells a password`() {
        let credentials = BasicCredentials(user: "$shop", password: "hush")
        let site = AzureSite(scmAddress: "h", credentials: credentials)
        var dumped = ""
        dump(site, to: &dumped)
        dump(AccessToken("hush", expires: 1), to: &dumped)
        #expect("\(credentials) \(site.debugDescription) \(dumped)".firstRange(of: "hush") == nil)
    }

    private func resource(_ json: String) throws -> SiteResource {
        try #require(JSONBody.decoded(SiteResource.self, Array(json.utf8)))
    }

    @Test func `Hosts come from the lists of Azure, never from the name`() throws {
        let site = try resource(
            #"""
            {"id": "/s/shop", "name": "shop", "kind": "app,linux", "properties": {
              "state": "Running", "reserved": true, "defaultHostName": "shop-abc.westus-01.azurewebsites.net",
              "enabledHostNames": ["www.shop.example", "shop-abc.westus-01.azurewebsites.net",
                                   "shop-abc.scm.westus-01.azurewebsites.net"],
              "hostNameSslStates": [
                {"name": "shop-abc.westus-01.azurewebsites.net", "hostType": "Standard"},
                {"name": "shop-abc.scm.westus-01.azurewebsites.net", "hostType": "Repository"}]}}
            """#)
        #expect(site.scmHost == "shop-abc.scm.westus-01.azurewebsites.net")
        #expect(site.siteHost == "shop-abc.westus-01.azurewebsites.net")
        #expect(site.isLinux && site.isRunning)
    }

    @Test func `A default host that is switched off gives way`() throws {
        let site = try resource(
            #"{"id": "/s", "properties": {"defaultHostName": "old.net", "enabledHostNames": ["new.net"]}}"#)
        #expect(site.siteHost == "new.net")
    }

    @Test func `The system is told by a flag, else by the kind`() throws {
        #expect(try resource(#"{"id": "/s", "kind": "app"}"#).isLinux == false)
        #expect(try resource(#"{"id": "/s", "kind": "app,linux,container"}"#).isLinux)
        #expect(try resource(#"{"id": "/s", "kind": "app", "properties": {"reserved": true}}"#).isLinux)
        #expect(try resource(#"{"id": "/s", "properties": {"state": "Stopped"}}"#).isRunning == false)
        #expect(try resource(#"{"id": "/s"}"#).scmHost == nil)
    }

    @Test func `The state of a start is read with its errors`() throws {
        let json = #"""
            {"properties": {"status": "RuntimeFailed", "errors": [{"extendedCode": "54", "message": "exited"}],
             "failedInstancesLogs": ["https://x/log"]}}
            """#
        let status = try #require(JSONBody.decoded(RuntimeStatus.self, Array(json.utf8)))
        #expect(status.phase == .failed && status.errors == ["exited", "https://x/log"])
        let states = ["RuntimeSuccessful", "BuildFailed", "RuntimeStarting", "NewWord"]
        let phases = states.map { state in
            JSONBody.decoded(RuntimeStatus.self, Array(#"{"properties": {"status": "\#(state)"}}"#.utf8))?
                .phase
        }
        #expect(phases == [.succeeded, .failed, .running, .running])
    }
}
