import Addresses
import Diagnostics

extension ResourceManager {
    private struct List: Decodable {
        var value: [SiteResource]
        var nextLink: String?
    }

    /// Finds a site by its name.
    ///
    /// - Parameters:
    ///   - name: The name of the site.
    ///   - slot: The name of its slot.
    ///   - subscription: The subscription it belongs to.
    ///   - group: The resource group; all of the subscription are searched when it is nil.
    /// - Returns: The site.
    /// - Throws: A `Failure` when there is none, or more than one.
    package func site(
        named name: String, slot: String?, subscription: String, group: String?
    ) async throws -> SiteResource {
        let id: String
        if let group {
            id =
                "/subscriptions/\(URLText.escaped(subscription))/resourceGroups/\(URLText.escaped(group))"
                + "/providers/Microsoft.Web/sites/\(URLText.escaped(name))"
        } else {
            let all = try await sites(in: subscription)
            guard !all.isEmpty else { throw nothing(in: subscription) }
            let found = all.filter { $0.name.lowercased() == name.lowercased() }
            guard found.count < 2 else {
                throw Failure(
                    .badInput, id: "azure-site-ambiguous", "there are \(found.count) sites '\(name)'",
                    hint: "choose one with '--resource-group'")
            }
            guard let first = found.first else { throw missing(name, subscription) }
            id = first.id
        }
        return try await site(id: slot.map { "\(id)/slots/\(URLText.escaped($0))" } ?? id)
            .orThrow(missing(slot.map { "\(name)/\($0)" } ?? name, subscription))
    }

    /// Finds the site whose SCM site is at a host; nil when the subscription has none.
    ///
    /// - Parameters:
    ///   - scmHost: The host.
    ///   - identity: What a profile tells of the site; a slot is not found without, since no list holds slots.
    ///   - subscription: Where to look, if the profile does not tell.
    /// - Returns: The site.
    /// - Throws: A `Failure` when Azure Resource Manager cannot be asked, or nobody knows the subscription.
    package func site(
        scmHost: String, identity: SiteIdentity?, subscription: @autoclosure () async throws -> String
    ) async throws -> SiteResource? {
        func isThere(_ site: SiteResource) -> Bool { site.scmHost?.lowercased() == scmHost.lowercased() }
        if let id = identity?.resourceID, let found = try await site(id: id), isThere(found) { return found }
        let all = try await sites(in: subscription())
        if let found = all.first(where: isThere) { return found }
        guard let slot = identity?.slot,
            let parent = all.first(where: { $0.name.lowercased() == slot.site.lowercased() }),
            let found = try await site(id: "\(parent.id)/slots/\(URLText.escaped(slot.name))"), isThere(found)
        else { return nil }
        return found
    }

    /// Reads a site by its resource identifier; nil when there is none.
    package func site(id: String) async throws -> SiteResource? {
        try await send("GET", id).map { try decoded(SiteResource.self, $0, id) }
    }

    /// All sites of a subscription, slots not among them.
    package func sites(in subscription: String) async throws -> [SiteResource] {
        let path = "/subscriptions/\(URLText.escaped(subscription))/providers/Microsoft.Web/sites"
        var found: [SiteResource] = []
        var next: String? = path
        while let page = next {
            guard let answer = try await send("GET", page) else {
                throw Failure(
                    .badInput, id: "azure-subscription-missing",
                    "there is no subscription '\(subscription)', or you may not look into it",
                    hint: "choose another with '--subscription', or 'az account set'")
            }
            let list = try decoded(List.self, answer, path)
            found += list.value
            next = list.nextLink.flatMap(ownPath)
        }
        return found
    }

    /// Decodes an answer.
    ///
    /// - Throws: A `Failure` when it is anything else.
    func decoded<Value: Decodable>(
        _ type: Value.Type, _ answer: WebResponse, _ path: String
    ) throws(Failure) -> Value {
        guard let value = JSONBody.decoded(type, answer.body) else {
            throw Failure(
                .unavailable, id: "azure-answer-unreadable", "Azure's answer for '\(path)' cannot be read",
                hint: "a proxy may have answered in its place")
        }
        return value
    }

    /// Azure lists what the user may see: without a role, nothing.
    private func nothing(in subscription: String) -> Failure {
        Failure(
            .notAuthorised, id: "azure-no-sites",
            "the subscription '\(subscription)' shows you no site at all",
            hint:
                "ask for the role 'Website Contributor' on the site, or choose another with '--subscription'")
    }

    private func missing(_ name: String, _ subscription: String) -> Failure {
        Failure(
            .badInput, id: "azure-site-missing",
            "the subscription '\(subscription)' has no site '\(name)' that you may see",
            hint:
                "check the name with 'az webapp list', or choose with '--subscription' and '--resource-group'"
        )
    }
}

extension Optional {
    /// The value.
    ///
    /// - Throws: `failure` when there is none.
    package func orThrow<Problem: Error>(_ failure: @autoclosure () -> Problem) throws(Problem) -> Wrapped {
        guard let self else { throw failure() }
        return self
    }
}
