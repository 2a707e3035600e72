import Azure
import Testing

/// What Kudu says of deployments.
struct DeploymentTests {
    private func deployment(_ json: String) throws -> Deployment {
        try #require(JSONBody.decoded(Deployment.self, Array(json.utf8)))
    }

    private static let states: [(String, Deployment.State?)] = [
        (#"{"status": 0}"#, .running),
        (#"{"status": 1, "complete": false}"#, .running),
        (#"{"status": 2}"#, .running),
        (#"{"status": 3, "complete": true}"#, .failed),
        (#"{"status": 4, "complete": true, "active": true}"#, .succeeded),
        (#"{"status": 5}"#, .superseded),
        (#"{"status": 6}"#, .partial),
        (#"{"status": -1}"#, .cancelled),
        (#"{"status": 9, "complete": true}"#, .unknown(9)),
        (#"{"status": 9, "complete": false}"#, .running),
        (#"{"status": 0, "is_temp": true, "complete": true}"#, .failed),
        (#"{"status": 0, "is_temp": true, "complete": false}"#, .running),
        ("{}", nil),
    ]

    @Test(arguments: Self.states)
    func `The status says how a deployment stands`(json: String, state: Deployment.State?) throws {
        #expect(try deployment(json).state == state)
    }

    @Test func `Nulls and unknown fields do no harm`() throws {
        let found = try deployment(
            #"{"id": "a", "status": 1, "end_time": null, "message": null, "new": [1], "progress": ""}"#)
        #expect(found.id == "a" && found.message == nil && found.state == .running)
        #expect(JSONBody.decoded([Deployment].self, Array("<html>".utf8)) == nil)
    }

    private func listed(
        _ id: String, message: String? = nil, deployer: String? = nil, isTemporary: Bool = false
    )
        throws -> Deployment
    {
        var found = try deployment(#"{"status": 1}"#)
        (found.id, found.message, found.deployer, found.isTemporary) = (id, message, deployer, isTemporary)
        return found
    }

    @Test func `One's own deployment is known by its message, not by being the latest`() throws {
        let list = [
            try listed("other", message: "Created via a push deployment"),
            try listed("mine", message: "ptvsd-publish abc"),
        ]
        #expect(DeploymentSearch(tag: "ptvsd-publish abc").find(in: list)?.id == "mine")
        #expect(DeploymentSearch(tag: "ptvsd-publish xyz").find(in: list) == nil)
    }

    @Test func `Beside its temporary form, the final one counts`() throws {
        let list = [
            try listed("temp-1a2b3c4d", message: "t", isTemporary: true), try listed("final", message: "t"),
        ]
        #expect(DeploymentSearch(tag: "t").find(in: list)?.id == "final")
        #expect(DeploymentSearch(tag: "t").find(in: [list[0]])?.id == "temp-1a2b3c4d")
    }

    @Test func `An attempt that was cut is not taken for the one after it`() throws {
        let list = [try listed("second", message: "t"), try listed("cut", message: "t")]
        #expect(DeploymentSearch(tag: "t", earlier: ["cut"]).find(in: list)?.id == "second")
        #expect(DeploymentSearch(tag: "t", earlier: ["cut"]).find(in: [list[1]]) == nil)
    }

    @Test func `An identifier of the server counts most`() throws {
        let list = [try listed("a", deployer: "OneDeploy"), try listed("b", deployer: "OneDeploy")]
        #expect(DeploymentSearch(tag: nil, id: "b").find(in: list)?.id == "b")
        let hyphened = [try listed("0F8FAD5BD9CB469FA16570867728950E", deployer: "OneDeploy")]
        let search = DeploymentSearch(tag: "other", id: "0f8fad5b-d9cb-469f-a165-70867728950e")
        #expect(search.find(in: hyphened) == hyphened[0])
        #expect(search.find(in: list) == nil)
    }

    @Test
    func `Without either, the first new one of OneDeploy is taken, and one that runs sooner than any other`()
        throws
    {
        let list = [
            try listed("later", deployer: "OneDeploy"), try listed("mine", deployer: "OneDeploy"),
            try listed("zip", deployer: "ZipDeploy"), try listed("old", deployer: "OneDeploy"),
        ]
        let search = DeploymentSearch(tag: nil, earlier: ["old"])
        #expect(search.find(in: list)?.id == "mine")
        var passed = list
        passed[1].status = 4
        #expect(search.find(in: passed)?.id == "later")
        passed[0].status = 4
        #expect(search.find(in: passed)?.id == "mine")
    }

    @Test func `A site is settled by its live deployment, if no other came after that`() throws {
        var live = try listed("live")
        (live.status, live.isActive) = (4, true)
        var failed = try listed("failed")
        failed.status = 3
        let running = try listed("temp-1", isTemporary: true)
        #expect([live, failed].settled == "live")
        #expect([failed, live].settled == nil && [running, live].settled == nil)
        #expect([Deployment]().settled == nil)
        #expect([running, live, failed].predecessor(of: "live") == "failed")
        #expect([running, live].predecessor(of: "live") == nil)
        #expect([live].predecessor(of: "other") == nil)
    }

    @Test func `Tags differ`() {
        #expect(Set((0..<100).map { _ in DeploymentSearch.newTag() }).count == 100)
    }
}
