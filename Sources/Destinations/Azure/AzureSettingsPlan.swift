import Azure
package import Diagnostics

/// Which settings of a site have to change for a publish; computed without changing any.
package struct AzureSettingsPlan: Sendable {
    /// What a publish needs of its site.
    package struct Need: Sendable, Hashable {
        /// Whether the site gets the debug endpoint.
        package var isDebugging: Bool
        /// Whether its packages have to be installed by the server.
        package var needsBuild: Bool
        /// Whether web sockets are to be switched on.
        package var enablesWebSockets: Bool
        /// The digest of the `applicationHost.xdt` that belongs to it; nil for none.
        package var applicationHost: String?
        /// The digest of the one that is there; nil for none.
        package var presentApplicationHost: String?

        /// Whether an earlier publish left the debug endpoint there, as far as its manifest tells.
        package var hadEndpoint: Bool

        /// Creates a need.
        package init(
            isDebugging: Bool, needsBuild: Bool = false, enablesWebSockets: Bool = false,
            applicationHost: String? = nil, presentApplicationHost: String? = nil, hadEndpoint: Bool = false
        ) {
            self.hadEndpoint = hadEndpoint
            self.isDebugging = isDebugging
            self.needsBuild = needsBuild
            self.enablesWebSockets = enablesWebSockets
            self.applicationHost = applicationHost
            self.presentApplicationHost = presentApplicationHost
        }
    }

    /// What is changed before the upload: a change restarts the SCM site, and would end a deployment.
    package var before: [SettingChange] = []
    /// What is changed after it: the agent can only start where it is.
    package var after: [SettingChange] = []
    /// What the user should know.
    package var diagnostics: [Diagnostic] = []
    /// The start command to remember; nil when there is nothing to.
    package var rememberedCommand: String?

    /// Why the site would not start after this publish; nil when nothing speaks against it.
    package var refusal: Failure?

    /// All changes in their order.
    package var changes: [SettingChange] { before + after }

    /// Compares.
    ///
    /// - Parameters:
    ///   - settings: The settings as they are.
    ///   - record: What earlier publishes left.
    ///   - need: What is needed.
    package init(_ settings: AzureSettings, record: AzureRecord, need: Need) {
        rememberedCommand = record.startCommand
        if settings.isLinux {
            planBuild(settings, need)
            planStartCommand(settings, record, need)
        } else {
            planApplicationHost(record, need)
            if need.isDebugging, settings.app["WEBSITE_PROACTIVE_AUTOHEAL_ENABLED"]?.lowercased() != "false" {
                diagnostics.append(
                    .note(
                        "auto-heal", "proactive auto-heal may restart the site while a debugger is attached",
                        hint: "switch it off with the app setting WEBSITE_PROACTIVE_AUTOHEAL_ENABLED=false"))
            }
        }
        planWebSockets(settings, need)
    }

    private mutating func planBuild(_ settings: AzureSettings, _ need: Need) {
        guard need.needsBuild, !settings.builds else { return }
        if let value = settings.app[AzureSettings.build] {
            diagnostics.append(
                .warning(
                    "build-switched-off",
                    "the site has a requirements.txt, and the server is told not to install it "
                        + "(\(AzureSettings.build)='\(value)')",
                    hint: "set it to 'true', or publish the packages with the site"))
        } else if settings.canChange {
            before.append(.appSetting(AzureSettings.build, from: nil, to: "true"))
        } else {
            diagnostics.append(
                .warning(
                    "build-not-set", "the server will not install the site's requirements.txt",
                    hint: "set the app setting \(AzureSettings.build)=true"))
        }
    }

    private mutating func planStartCommand(_ settings: AzureSettings, _ record: AzureRecord, _ need: Need) {
        guard let current = settings.web?.appCommandLine ?? (settings.web == nil ? nil : "") else {
            if need.isDebugging {
                diagnostics.append(
                    .warning(
                        "start-command-not-set",
                        "the start command of the site cannot be seen or set with a publish profile",
                        hint:
                            "set it to '\(AzureSettings.agentCommand)', for example with 'az webapp config set "
                            + "--startup-file \"\(AzureSettings.agentCommand)\"'"))
            } else if record.startCommand != nil || need.hadEndpoint {
                // The agent would go, and the command that starts it stay.
                refusal = Failure(
                    .failed, id: "start-command-stays",
                    "the site would not start without its debug endpoint: its start command, which cannot be seen or "
                        + "set with a publish profile, may still be '\(AzureSettings.agentCommand)'",
                    hint:
                        "after 'az login' publish with '--subscription ID', which also sets it back, as "
                        + "'az webapp config set --startup-file \"\(record.startCommand ?? "")\"' does")
            }
            return
        }
        let isAgent = current == AzureSettings.agentCommand
        if need.isDebugging {
            guard !isAgent else { return }
            rememberedCommand = current
            after.append(.startCommand(from: current, to: AzureSettings.agentCommand))
        } else {
            // The agent goes with this publish, so that the old command has to be back before.
            if isAgent { before.append(.startCommand(from: current, to: record.startCommand ?? "")) }
            if isAgent, record.startCommand == nil {
                diagnostics.append(
                    .warning(
                        "start-command-forgotten",
                        "nothing tells which start command the site had before the debug endpoint",
                        hint:
                            "the platform's own is set; if that is wrong, set it with 'az webapp config set "
                            + "--startup-file'"))
            }
            rememberedCommand = nil
        }
    }

    private mutating func planApplicationHost(_ record: AzureRecord, _ need: Need) {
        let present = need.presentApplicationHost
        if let wanted = need.applicationHost {
            guard present != wanted else { return }
            guard present == nil || present == record.applicationHost else {
                diagnostics.append(
                    .warning(
                        "application-host-kept",
                        "the site has an applicationHost.xdt of its own, which was left as it is",
                        hint:
                            "merge 'ptvsd/applicationHost.xdt' into it, so that FastCGI does not end a paused "
                            + "process"))
                return
            }
            before.append(.applicationHost(isAdded: true))
        } else if present != nil, present == record.applicationHost {
            before.append(.applicationHost(isAdded: false))
        }
    }

    private mutating func planWebSockets(_ settings: AzureSettings, _ need: Need) {
        guard need.isDebugging || need.enablesWebSockets, settings.web?.webSocketsEnabled != true else {
            return
        }
        if need.enablesWebSockets, settings.canChange {
            before.append(.webSockets)
        } else if need.enablesWebSockets {
            diagnostics.append(
                .warning(
                    "web-sockets-not-set", "web sockets cannot be seen or set with a publish profile",
                    hint: "switch them on with 'az webapp config set --web-sockets-enabled true'"))
        } else if !settings.isLinux, settings.web != nil {
            diagnostics.append(
                .warning(
                    "web-sockets-off", "web sockets are switched off for the site, so that nobody can attach",
                    hint: "publish with '--enable-web-sockets'"))
        }
    }
}
