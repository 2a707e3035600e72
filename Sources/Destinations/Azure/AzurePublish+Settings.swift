import Azure
import Diagnostics
import Projects
import Sites
import WebConfiguration

extension AzurePublish {
    private static let applicationHostPath = "site/applicationHost.xdt"

    /// Which settings have to change.
    mutating func settingsPlan() async throws -> AzureSettingsPlan {
        var need = AzureSettingsPlan.Need(
            isDebugging: options.endpoint.isDebugging, needsBuild: plan.needsBuild,
            enablesWebSockets: deployment.enablesWebSockets)
        let known = [manifest?.files, manifest?.pending].compactMap { $0?.keys }
        need.hadEndpoint = known.contains { $0.contains(AgentSettings.path) }
        if !settings.isLinux {
            need.applicationHost = applicationHost.map { ContentDigest(of: $0).hex }
            need.presentApplicationHost = try await kudu.file(Self.applicationHostPath)
                .map { ContentDigest(of: $0.bytes).hex }
            // One that is as ours would be is ours, also where a damaged record has forgotten it; one that is not there
            // is nobody's.
            if need.presentApplicationHost == need.applicationHost {
                record.applicationHost = need.applicationHost
            }
        }
        let changes = AzureSettingsPlan(settings, record: record, need: need)
        if let refusal = changes.refusal { throw refusal }
        return changes
    }

    /// The time limits of FastCGI that belong into the site's folder.
    private var applicationHost: [UInt8]? {
        guard options.endpoint.isDebugging else { return nil }
        return plan.entries.first { $0.name == "ptvsd/applicationHost.xdt" }.flatMap { entry in
            if case .bytes(let bytes) = entry.file.content { bytes } else { nil }
        }
    }

    /// Makes changes, and waits until the SCM site, which they restart, is there again.
    mutating func apply(_ changes: [SettingChange]) async throws {
        guard !changes.isEmpty else { return }
        var app: [String: String?] = [:]
        for change in changes {
            narrate("changing \(change)")
            switch change {
            case .appSetting(let name, _, let value): app[name] = .some(value)
            case .startCommand(_, let command):
                try await manager { try await $0.change(startCommand: command, of: $1) }
            case .webSockets: try await manager { try await $0.change(webSockets: true, of: $1) }
            case .applicationHost(let isAdded): try await changeApplicationHost(isAdded: isAdded)
            }
        }
        if !app.isEmpty {
            let changed = app
            try await manager { try await $0.change(appSettings: changed, of: $1) }
        }
        try await kudu.waitUntilReady()
    }

    private func manager(
        _ work: (ResourceManager, SiteResource) async throws -> Void
    ) async throws {
        guard let manager = session.resourceManager, let resource = session.resource else { return }
        try await work(manager, resource)
    }

    private mutating func changeApplicationHost(isAdded: Bool) async throws {
        if isAdded, let bytes = applicationHost {
            // Noted first: one that is there and not known to be ours would stay for good.
            record.applicationHost = ContentDigest(of: bytes).hex
            try await kudu.write(record.json, to: AzureRecord.path)
            try await kudu.write(bytes, to: Self.applicationHostPath)
        } else {
            guard try await kudu.delete(Self.applicationHostPath) != .kept else {
                diagnostics.append(
                    .warning(
                        "application-host-in-use", "'applicationHost.xdt' could not be taken away: in use",
                        hint: "publish again in a moment"))
                return
            }
            record.applicationHost = nil
            try await kudu.write(record.json, to: AzureRecord.path)
        }
        do {
            guard session.resource != nil else { throw Failure(.failed, []) }
            try await manager { try await $0.restart($1) }
        } catch is Failure {
            diagnostics.append(
                .note(
                    "restart-needed",
                    "the time limits in applicationHost.xdt count from the next start of the site",
                    hint: "restart the site once in the portal, or with 'az webapp restart'"))
        }
    }
}

extension SitePlan {
    /// Whether the server has to install packages: there is a list of them, and they are not part of the site.
    var needsBuild: Bool {
        let folders: Set<String> = ["antenv", ".python_packages", "__pypackages__"]
        var hasRequirements = false
        for entry in entries {
            let components = entry.file.path.components
            if components.count == 1, components[0] == "requirements.txt" { hasRequirements = true }
            if folders.contains(components[0]) || components.contains("site-packages") { return false }
        }
        return hasRequirements
    }
}
