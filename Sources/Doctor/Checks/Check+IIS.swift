import Diagnostics

extension Check {
    /// The error pages of IIS.
    static let iis: [Check] = [
        page(
            "iis-section-locked", title: "IIS locks a section that web.config sets (500.19)",
            looksAt: "500.19 with error 0x80070021, and the line that IIS shows",
            meaning: """
                The server's applicationHost.config does not let a site set this section; a stock IIS \
                locks 'webSocket', 'handlers' and others.
                """,
            wayOut: """
                on the server: %windir%\\system32\\inetsrv\\appcmd.exe unlock config \
                -section:system.webServer/SECTION; for 'webSocket' publish with '--web-socket-section \
                never' instead
                """
        ) { page in
            guard page.number == "500.19", page.errorCode == 0x8007_0021 else { return nil }
            let section = page.section ?? "SECTION"
            let instead =
                section == "webSocket"
                ? "; or publish with '--web-socket-section never', which needs no keep-alive of IIS" : ""
            return Evidence(
                page.evidence,
                wayOut:
                    "on the server: %windir%\\system32\\inetsrv\\appcmd.exe unlock config -section:system.webServer/\(section)\(instead)"
            )
        },
        page(
            "iis-configuration", title: "IIS cannot read web.config (500.19)",
            looksAt: "500.19 with any other error, and the line that IIS shows",
            meaning: """
                0x8007000d: IIS does not know the section (HttpPlatformHandler or URL Rewrite is not \
                installed), or the XML is broken. 0x800700b7: an entry is there twice. 0x80070005: the \
                pool may not read the file.
                """,
            wayOut: "install the module, or mend the line; 'ptvsd-publish serve' shows the same errors here"
        ) { page in
            guard page.number == "500.19", page.errorCode != 0x8007_0021 else { return nil }
            return Evidence(page.evidence, wayOut: page.configurationWayOut)
        },
        page(
            "iis-module-missing", title: "IIS does not have the module that the handler names (500.21)",
            looksAt: "500.21",
            meaning: """
                The handler for '/ptvsd' is run by HttpPlatformHandler, which has to be installed on the \
                server.
                """,
            wayOut: """
                install HttpPlatformHandler 1.2 on the server, and FastCGI (a Windows feature) for FastCGI \
                sites
                """
        ) { $0.number == "500.21" ? Evidence($0.evidence) : nil },
        page(
            "iis-process-failed", title: "IIS cannot start the process behind the handler",
            looksAt: "502.3, 502.5 and 500 of FastCgiModule or httpPlatformHandler",
            meaning: """
                The interpreter is not where web.config says, the pool may not run it, or it ends at once.
                """,
            wayOut: """
                run the command of web.config on the server; publish with '--site-python PATH' if Python \
                is elsewhere
                """
        ) { page in
            let isProcess = page.module == "FastCgiModule" || page.module == "httpPlatformHandler"
            guard
                page.status == 502
                    || (page.status == 500 && isProcess && ![19, 21].contains(page.subStatus ?? 0))
            else { return nil }
            return Evidence(page.evidence)
        },
        page(
            "iis-handler-forbidden", title: "IIS lets no handler take '/ptvsd'",
            looksAt: "404.2, 404.3, 404.4, 404.7, 404.8, 404.11 and 405",
            meaning: """
                A request filter, a restriction of programs (404.2) or a missing mapping keeps the handler \
                from being used.
                """,
            wayOut: """
                allow it in 'requestFiltering' and 'isapiCgiRestriction', and look whether a parent \
                web.config removes handlers
                """
        ) { page in
            let isFiltered = page.status == 404 && [2, 3, 4, 5, 7, 8, 11].contains(page.subStatus ?? 0)
            return isFiltered || page.status == 405 ? Evidence(page.evidence) : nil
        },
        page(
            "iis-pool-stopped", .unavailable, title: "The application pool is stopped (503)",
            looksAt: "503 of HTTP.SYS",
            meaning: "IIS gave the pool up after it crashed several times, or its identity cannot log on.",
            wayOut: "on the server: appcmd start apppool NAME; the event log says why it stopped"
        ) { $0.status == 503 ? Evidence($0.evidence) : nil },
        page(
            "iis-error", title: "IIS answers with an error page",
            looksAt: "every other error page of IIS, by status and sub-status",
            meaning: """
                IIS shows what is wrong on the server itself, and to other machines only when told to.
                """,
            wayOut: """
                open '/ptvsd' in a browser on the server, or set <httpErrors errorMode="Detailed" /> for a \
                moment
                """
        ) { page in
            let isKnown =
                page.status == 404 || page.status == 405 || page.status == 502 || page.status == 503
                || ["500.19", "500.21"].contains(page.number)
                || (page.status == 500
                    && (page.module == "FastCgiModule" || page.module == "httpPlatformHandler"))
            return isKnown && !page.isOtherNotFound ? nil : Evidence(page.evidence)
        },
    ]

    private static func page(
        _ id: String, _ reason: Failure.Reason = .failed, title: String, looksAt: String, meaning: String,
        wayOut: String, evidence: @escaping @Sendable (IISErrorPage) -> Evidence?
    ) -> Check {
        Check(
            id, .error, reason, in: .answer, title: title, looksAt: looksAt, meaning: meaning, wayOut: wayOut
        ) { seen in
            guard case .iis(let page) = seen.meaning else { return [] }
            return [evidence(page)].compactMap(\.self)
        }
    }
}

extension IISErrorPage {
    /// The element that the line of a configuration error opens.
    fileprivate var section: String? {
        sourceLine?.firstMatch(of: /<([A-Za-z.]+)/).map { String($0.output.1) }
    }

    /// A 404 that is neither the plain one nor one of filters.
    fileprivate var isOtherNotFound: Bool {
        status == 404 && ![0, 2, 3, 4, 5, 7, 8, 11, 15].contains(subStatus ?? 0)
    }

    fileprivate var configurationWayOut: String? {
        switch (errorCode, section) {
        case (0x8007_000D, "httpPlatform"?): "install HttpPlatformHandler 1.2 on the server"
        case (0x8007_000D, "rewrite"?):
            "install URL Rewrite 2.1 on the server, or take 'rewrite' out of web.config"
        case (0x8007_000D, "webSocket"?): "install the WebSocket Protocol feature on the server"
        case (0x8007_00B7, _): "take one of the two out; the hidden file uses 'InsertIfMissing' for this"
        case (0x8007_0005, _): "let the application pool's identity read the site's folder (icacls)"
        default: nil
        }
    }
}
