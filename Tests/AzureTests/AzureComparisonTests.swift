import Destinations
import Projects
import Sites
import Testing

/// What is sent to a site on Azure.
struct AzureComparisonTests {
    private func plan(_ texts: [String: String]) async throws -> SitePlan {
        var memory = DigestMemory()
        return try await SitePlan.make(
            files: texts.map { SiteFile(try SitePath($0.key), bytes: Array($0.value.utf8)) },
            facts: PublishFacts(project: "p", configuration: "Debug", host: "linux"), isCaseSensitive: true,
            memory: &memory)
    }

    /// What a server knows that `plan` was published to, as the deployment `d`.
    private func known(
        _ plan: SitePlan, active: String? = "d", builds: Bool = false, wasBuilt: Bool = false
    ) -> AzureComparison.Known {
        var manifest = Manifest(buildID: "b", configuration: "Debug", time: "t", files: [:])
        for entry in plan.entries {
            manifest.files[entry.name] = .init(size: entry.size, digest: entry.digest)
        }
        var record = AzureRecord()
        (record.deployment, record.isBuilt) = ("d", wasBuilt)
        return .init(manifest: manifest, record: record, activeDeployment: active, builds: builds)
    }

    private func compare(
        _ plan: SitePlan, _ known: AzureComparison.Known, present: AzureComparison.Present? = nil,
        isFull: Bool = false, deletesExtraFiles: Bool = false, sparing protected: String? = nil
    ) -> AzureComparison {
        AzureComparison(
            plan, with: known, present: present, isFull: isFull, deletesExtraFiles: deletesExtraFiles,
            spares: protected.map { protected in { path, _ in path.hasPrefix(protected) } })
    }

    @Test func `Only what has other contents is sent`() async throws {
        let before = try await plan(["a": "1", "b": "2", "gone": "3"])
        let now = try await plan(["a": "1", "b": "changed", "new": "4"])
        let comparison = compare(now, known(before))
        #expect(comparison.upload == .part(["b", "new"]))
        #expect(comparison.deleted == ["gone"])
        let actions = Dictionary(uniqueKeysWithValues: comparison.files.map { ($0.path, $0.action) })
        #expect(actions == ["a": .keep, "b": .update, "new": .add, "gone": .delete])
    }

    @Test func `A manifest deletes nothing outside of the site`() async throws {
        let site = try await plan(["a": "1"])
        var damaged = known(site)
        for name in ["../data/x", "/etc/x", "b/../../x", "gone"] {
            damaged.manifest?.files[name] = .init(size: 1, digest: ContentDigest(of: []))
        }
        #expect(compare(site, damaged).deleted == ["gone"])
    }

    @Test func `What was found there outranks what is remembered`() async throws {
        let before = try await plan(["a": "1", "gone": "3", "taken": "4", "edited": "5"])
        let site = try await plan(["a": "1"])
        let files = ["a": 1, "gone": 1, "edited": 9, "foreign/x": 2, "../out": 1]
        let comparison = compare(
            site, known(before), present: .init(files: files, isWhole: true), deletesExtraFiles: true)
        #expect(comparison.deleted == ["edited", "foreign/x", "gone"])
        let deleted = comparison.files.filter { $0.action == .delete }
        #expect(deleted.map(\.size) == [9, 2, 1])
        #expect(deleted.map { $0.sha256 != nil } == [false, false, true])
        let part = AzureComparison.Present(files: ["gone": 1], isWhole: false)
        #expect(compare(site, known(before), present: part).deleted == ["edited", "gone", "taken"])
        let packed = AzureComparison.Present(files: ["foreign": 2], isWhole: true)
        #expect(
            compare(site, known(before, builds: true, wasBuilt: true), present: packed).deleted
                == ["edited", "foreign", "gone", "taken"])
    }

    @Test func `Where letters of either case are the same, a file in another spelling is no other file`()
        async throws
    {
        let before = try await plan(["Static/A.css": "1", "gone": "2"])
        let site = try await plan(["static/a.css": "1"])
        var windows = known(before)
        windows.ignoresCase = true
        #expect(compare(site, windows).deleted == ["gone"])
        let present = AzureComparison.Present(files: ["Static/A.css": 1, "STATIC/b.css": 2], isWhole: true)
        #expect(compare(site, windows, present: present).deleted == ["STATIC/b.css"])
        #expect(compare(site, known(before)).deleted == ["Static/A.css", "gone"])
    }

    @Test func `What stands in the way goes before the upload, and folders that it leaves empty`()
        async throws
    {
        let before = try await plan(["data": "1", "other/deep/x": "2", "other/y": "3", "keep/a": "4"])
        let site = try await plan(["data/x": "1", "other": "2", "keep/b": "3"])
        let comparison = compare(site, known(before))
        #expect(comparison.obstacles == ["data", "other/deep/x", "other/y"])
        #expect(comparison.emptied == ["other/deep", "other"])
        #expect(comparison.deleted == ["data", "keep/a", "other/deep/x", "other/y"])
        let found = AzureComparison.Present(files: ["data/x/foreign": 1], isWhole: true)
        #expect(compare(site, known(site), present: found).obstacles == ["data/x/foreign"])
    }

    @Test func `On Windows, another spelling of a name is in the way, but for a configuration`() async throws
    {
        let before = try await plan([
            "Pages/A.py": "1", "b.py": "2", "Web.config": "3", "MyWeb.config": "4",
        ])
        let site = try await plan([
            "pages/a.py": "1", "b.py": "2", "web.config": "3", "myweb.config": "4",
        ])
        var windows = known(before)
        windows.ignoresCase = true
        let comparison = compare(site, windows)
        #expect(comparison.obstacles == ["MyWeb.config", "Pages/A.py"] && comparison.emptied == ["Pages"])
        #expect(comparison.deleted == [] && compare(site, known(before)).obstacles == [])
    }

    @Test func `A folder in another spelling is in no way where something in it stays`() async throws {
        let site = try await plan(["Static/Deep/a.css": "1", "Static/b.css": "2"])
        var windows = known(site)
        windows.ignoresCase = true
        func obstacles(_ found: [String]) -> [String] {
            let files = Dictionary(uniqueKeysWithValues: found.map { ($0, 1) })
            let present = AzureComparison.Present(files: files, isWhole: true)
            return compare(
                site, windows, present: present, deletesExtraFiles: true, sparing: "static/uploads/"
            ).obstacles
        }
        let found = ["static/Deep/a.css", "static/b.css"]
        #expect(obstacles(found) == found)
        #expect(obstacles(found + ["static/uploads/x"]) == [])
        // Names of their own, and folders that nothing stays in, are spelled anew all the same.
        let others = ["static/deep/a.css", "static/B.css"]
        #expect(obstacles(others + ["static/uploads/x"]) == others.sorted())
    }

    @Test func `Nothing is sent when nothing changed`() async throws {
        let site = try await plan(["a": "1", "b": "2"])
        #expect(compare(site, known(site)).upload == .nothing)
        #expect(compare(site, known(site, builds: true, wasBuilt: true)).upload == .nothing)
    }

    @Test func `Whatever makes the manifest doubtful makes the publish whole`() async throws {
        let site = try await plan(["a": "1", "b": "2"])
        let whole = AzureComparison.Upload.whole(clean: false)
        #expect(compare(site, known(site, active: "theirs")).upload == whole)
        #expect(compare(site, known(site, active: nil)).upload == whole)
        #expect(compare(site, known(site, wasBuilt: true)).upload == whole)
        #expect(compare(site, known(site), isFull: true).upload == whole)
        var cut = known(site)
        let pending = cut.manifest?.files ?? [:]
        cut.manifest?.pending = pending
        #expect(compare(site, cut).upload == whole)
        var unknown = known(site)
        unknown.manifest = nil
        #expect(compare(site, unknown).upload == whole)
        var foreign = known(site)
        foreign.record.deployment = nil
        foreign.activeDeployment = nil
        #expect(compare(site, foreign).upload == whole)
    }

    @Test func `A site that the server builds is sent whole with the first change`() async throws {
        let before = try await plan(["a": "1", "b": "2"])
        let now = try await plan(["a": "1", "b": "3"])
        let comparison = compare(now, known(before, builds: true, wasBuilt: true))
        #expect(comparison.upload == .whole(clean: false))
    }

    @Test func `Foreign files go only when the user says so`() async throws {
        let site = try await plan(["a": "1"])
        #expect(compare(site, known(site), deletesExtraFiles: true).upload == .whole(clean: true))
    }

    @Test func `What is protected stays, and Kudu is not told to clear the site`() async throws {
        let site = try await plan(["a": "1", "b": "2"])
        let earlier = try await plan(["a": "0", "b": "2", "data/old": "3", "gone": "4"])
        let present = AzureComparison.Present(files: ["a": 1, "data/users": 9, "foreign": 2], isWhole: true)
        let all = compare(
            site, known(earlier), present: present, deletesExtraFiles: true, sparing: "data/")
        #expect(all.deleted == ["foreign"])
        #expect(all.upload == .part(["a", "b"]))
        let usual = compare(site, known(earlier), sparing: "data/")
        #expect(usual.deleted == ["gone"] && usual.upload == .part(["a"]))
        let stale = compare(site, known(earlier, active: "x"), sparing: "data/")
        #expect(stale.upload == .part(["a", "b"]))
        #expect(compare(site, known(earlier), isFull: true, sparing: "data/").upload == .part(["a", "b"]))
        #expect(
            compare(site, known(earlier, builds: true), isFull: true, sparing: "data/").upload
                == .whole(clean: false))
    }

    @Test func `Many deletions are left to the server, but for those of the endpoint's folder`() async throws
    {
        let files = Dictionary(uniqueKeysWithValues: (0..<150).map { ("x/\($0)", "\($0)") })
        let now = try await plan(["a": "2", "b": "1"])
        let many = try await plan(files.merging(["a": "1", "b": "1"]) { old, _ in old })
        #expect(compare(now, known(many)).upload == .whole(clean: false))
        let endpoint = Dictionary(uniqueKeysWithValues: (0..<150).map { ("ptvsd/\($0)", "\($0)") })
        let debugged = try await plan(endpoint.merging(["a": "1", "b": "1"]) { old, _ in old })
        #expect(compare(now, known(debugged)).upload == .part(["a"]))
    }
}
