import Azure
import Diagnostics

extension Check {
    /// The switches of a site in Azure.
    static let switches: [Check] = [
        Check(
            "azure-stopped", .error, .unavailable, in: .switches,
            title: "The site is switched off in Azure",
            looksAt: "the site's state",
            meaning: "Nothing of it runs until it is started.",
            wayOut: "az webapp start -g GROUP -n SITE"
        ) { seen in
            guard !seen.site.isRunning else { return [] }
            return [Evidence("'\(seen.site.name)' is stopped", wayOut: "az webapp start \(seen.arguments)")]
        },
        Check(
            "azure-web-sockets-off", .error, .unavailable, in: .switches,
            title: "Web sockets are switched off for the site in Azure",
            looksAt: "'webSocketsEnabled' of the site's configuration",
            meaning: "A new site on Windows has them off, and then no upgrade reaches the endpoint.",
            wayOut: """
                az webapp config set -g GROUP -n SITE --web-sockets-enabled true, or publish with \
                '--enable-web-sockets'
                """
        ) { seen in
            guard seen.web.properties?.webSocketsEnabled == false, !seen.upgradeWorks else { return [] }
            return [
                Evidence(
                    "'webSocketsEnabled' of '\(seen.site.name)' is false",
                    wayOut: "az webapp config set \(seen.arguments) --web-sockets-enabled true")
            ]
        },
        Check(
            "azure-free-plan", .error, .unavailable, in: .switches,
            title: "The Free plan on Linux has no web sockets",
            looksAt: "the site's plan and system",
            meaning: "No upgrade reaches the endpoint on this plan.",
            wayOut: "az appservice plan update -g GROUP -n PLAN --sku B1"
        ) { seen in
            guard seen.site.isLinux, seen.facts.properties?.sku?.lowercased() == "free", !seen.upgradeWorks
            else {
                return []
            }
            return [Evidence("'\(seen.site.name)' runs on Linux on the Free plan")]
        },
        Check(
            "azure-start-command", .error, .unavailable, in: .switches,
            title: "The start command in Azure does not run the site agent",
            looksAt: "'appCommandLine' of a site on Linux that was published for debugging",
            meaning: "The endpoint is part of the site's files, but nothing starts it.",
            wayOut: "az webapp config set -g GROUP -n SITE --startup-file 'python ptvsd'"
        ) { seen in
            let command = seen.web.properties?.appCommandLine ?? ""
            guard seen.site.isLinux, seen.wasPublishedForDebugging, !seen.endpointAnswers,
                command.firstRange(of: "ptvsd") == nil
            else { return [] }
            return [
                Evidence(
                    command.isEmpty ? "the start command is empty" : "the start command is '\(command)'",
                    wayOut: "az webapp config set \(seen.arguments) --startup-file 'python ptvsd'")
            ]
        },
        Check(
            "azure-run-from-package", .warning, in: .switches,
            title: "The site runs from a package",
            looksAt: "the app setting WEBSITE_RUN_FROM_PACKAGE",
            meaning: """
                Python sites do not support it: files are read-only, nothing is built, and a publish may \
                seem to have no effect.
                """,
            wayOut: """
                az webapp config appsettings delete -g GROUP -n SITE --setting-names \
                WEBSITE_RUN_FROM_PACKAGE
                """
        ) { seen in
            guard let value = seen.setting("WEBSITE_RUN_FROM_PACKAGE"), !value.isEmpty, value != "0" else {
                return []
            }
            let shown = value == "1" ? "1" : "an address"
            return [
                Evidence(
                    "WEBSITE_RUN_FROM_PACKAGE is \(shown)",
                    wayOut:
                        "az webapp config appsettings delete \(seen.arguments) --setting-names WEBSITE_RUN_FROM_PACKAGE"
                )
            ]
        },
        Check(
            "azure-affinity-off", .warning, in: .switches,
            title: "Several instances run, and affinity is off",
            looksAt: "'clientAffinityEnabled' and the number of instances",
            meaning: """
                Nothing keeps a debug session and your browser at the same instance: '--instance' has no \
                effect.
                """,
            wayOut: """
                az webapp update -g GROUP -n SITE --client-affinity-enabled true, or scale to one instance
                """
        ) { seen in
            guard seen.instanceCount > 1, seen.facts.properties?.clientAffinityEnabled == false else {
                return []
            }
            return [
                Evidence(
                    "\(seen.instanceCount) instances run without affinity",
                    wayOut: "az webapp update \(seen.arguments) --client-affinity-enabled true")
            ]
        },
        Check(
            "azure-always-on-off", .note, in: .switches,
            title: "Always On is off",
            looksAt: "'alwaysOn' of the site's configuration",
            meaning: """
                After 20 minutes without visitors the site is unloaded, and with it every debug session.
                """,
            wayOut: "az webapp config set -g GROUP -n SITE --always-on true (Basic plan and up)"
        ) { seen in
            guard seen.web.properties?.alwaysOn == false, !seen.isFree else { return [] }
            return [
                Evidence(
                    "'alwaysOn' of '\(seen.site.name)' is false",
                    wayOut: "az webapp config set \(seen.arguments) --always-on true")
            ]
        },
        Check(
            "azure-auto-heal", .note, in: .switches,
            title: "Azure may restart the site while it is paused",
            looksAt: "the app setting WEBSITE_PROACTIVE_AUTOHEAL_ENABLED on Windows, and the health check",
            meaning: """
                Proactive auto-heal counts an open debug session as a slow request, and the health check \
                replaces an instance that does not answer.
                """,
            wayOut: """
                az webapp config appsettings set -g GROUP -n SITE --settings \
                WEBSITE_PROACTIVE_AUTOHEAL_ENABLED=false
                """
        ) { seen in
            if let path = seen.web.properties?.healthCheckPath, !path.isEmpty {
                return [
                    Evidence(
                        "the health check asks for '\(path)'",
                        wayOut:
                            "az webapp config set \(seen.arguments) --generic-configurations '{\"healthCheckPath\": \"\"}'"
                    )
                ]
            }
            let isOff = seen.setting("WEBSITE_PROACTIVE_AUTOHEAL_ENABLED")?.lowercased() == "false"
            guard !seen.site.isLinux, !isOff else { return [] }
            return [
                Evidence(
                    "WEBSITE_PROACTIVE_AUTOHEAL_ENABLED is not 'false'",
                    wayOut:
                        "az webapp config appsettings set \(seen.arguments) --settings WEBSITE_PROACTIVE_AUTOHEAL_ENABLED=false"
                )
            ]
        },
        Check(
            "azure-basic-auth-off", .warning, .notAuthorised, in: .switches,
            title: "User and password are switched off for publishing",
            looksAt: """
                the site's policy for basic credentials, where it is published to with a profile or by FTP
                """,
            meaning: "The next publish with them ends with 401, whatever the password.",
            wayOut: """
                publish to 'azure:SITE' with 'az login', or allow them under Configuration > General \
                settings
                """
        ) { seen in
            guard seen.allowsBasicAuthentication == false, let destination = seen.destination?.lowercased(),
                ["ftp://", "ftps://", "https://"].contains(where: destination.hasPrefix)
            else { return [] }
            return [
                Evidence(
                    "the site takes no user and password, and was published to by '\(destination.prefix { $0 != ":" })'"
                )
            ]
        },
    ]
}
