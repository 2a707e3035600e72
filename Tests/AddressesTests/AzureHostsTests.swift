import Addresses
import Testing

struct AzureHostsTests {
    private static let hosts: [(String, Bool)] = [
        ("shop.scm.azurewebsites.net", true), ("Shop-abc.scm.westus-01.azurewebsites.net", true),
        ("shop.scm.azurewebsites.us", true), ("shop.scm.chinacloudsites.cn", true),
        ("shop.scm.farm.appserviceenvironment.net", true),
        ("shop.azurewebsites.net", false), ("x.example", false), ("build.scm.example.com", false),
        ("shop.scm.azurewebsites.net.x.example", false),
        ("shop.scm.evilazurewebsites.net", false), ("shop.scm.azurewebsites.net:8443", false),
        ("localhost", false), ("scm.azurewebsites.net", false),
    ]

    @Test(arguments: Self.hosts)
    func `Only hosts of Azure's own get a token unasked`(host: String, isKnown: Bool) {
        #expect(AzureHosts.containSCM(host) == isKnown)
    }
}
