import Diagnostics
import Tunnel
import WebConfiguration

extension Check {
    /// What the site answers at `/ptvsd`.
    static let answer: [Check] = frontEnds + iis + endpoints

    /// What stands before the site.
    private static let frontEnds: [Check] = [
        Check(
            "redirected", .error, .badInput, in: .answer,
            title: "The site sends requests to another address",
            looksAt: "3xx answers of '/ptvsd/status' and their 'Location'",
            meaning: """
                A secret is not carried along to wherever an answer points. Usually the site has a \
                canonical name, or answers to https only.
                """,
            wayOut: "give the address that it sends to, with '--site-url'"
        ) { seen in
            guard case .redirected(let status, let target) = seen.meaning else { return [] }
            let site = Self.site(of: target, below: seen.address.path)
            return [
                Evidence(
                    "\(status) sends to '\(target.prefix { $0 != "?" }.prefix(120))'",
                    wayOut: site.map { "ptvsd-publish doctor --site-url \($0), and the same when publishing" }
                )
            ]
        },
        Check(
            "sign-in-wall", .error, .notAuthorised, in: .answer,
            title: "The site wants a sign-in before the endpoint is reached",
            looksAt: """
                redirects to sign-in pages, 401 that is not the endpoint's, and the header of App Service \
                Authentication
                """,
            meaning: "A debugger cannot sign in as a browser does. The secret never reached the endpoint.",
            wayOut: """
                let '/ptvsd' pass: az webapp auth update --excluded-paths '["/ptvsd"]', or turn \
                authentication off while you debug
                """
        ) { seen in
            guard case .signIn(let wall) = seen.meaning else { return [] }
            return [
                Evidence(
                    wall.evidence,
                    wayOut: wall.isEasyAuth
                        ? nil : "exclude the path '/ptvsd' from whatever asks for the sign-in")
            ]
        },
        Check(
            "access-restricted", .error, .notAuthorised, in: .answer,
            title: "The site's access restrictions keep this machine out",
            looksAt: "403 with the header 'x-ms-forbidden-ip'",
            meaning: """
                A rule of the site lets in only certain addresses, and this machine's is not among them.
                """,
            wayOut: """
                az webapp config access-restriction add -g GROUP -n SITE --priority 100 --ip-address \
                ADDRESS
                """
        ) { seen in
            guard case .azure(.accessRestricted(let address)) = seen.meaning else { return [] }
            return [
                Evidence(
                    "403: Azure sees this machine as \(address) and lets it not in",
                    wayOut:
                        "az webapp config access-restriction add -g GROUP -n \(seen.azureName) --priority 100 --ip-address \(address)"
                )
            ]
        },
        Check(
            "site-stopped", .error, .unavailable, in: .answer,
            title: "The site is stopped",
            looksAt: "403 with the page of Azure's front end",
            meaning: """
                Somebody stopped it, or a quota of its plan is used up for today (Free and Shared plans).
                """,
            wayOut: "az webapp start -g GROUP -n SITE; where it stops again, scale the plan up"
        ) { seen in
            guard case .azure(.stopped) = seen.meaning else { return [] }
            return [
                Evidence(
                    "403 from Azure's front end in place of the site",
                    wayOut:
                        "az webapp start -g GROUP -n \(seen.azureName); where it stops again, scale the plan up"
                )
            ]
        },
        Check(
            "site-not-in-azure", .error, .badInput, in: .answer,
            title: "Azure knows no site of this name",
            looksAt: "404 with the page of Azure's front end",
            meaning: "The site was deleted or renamed, or a custom domain still points to Azure.",
            wayOut: "az webapp list --query '[].defaultHostName' shows the names there are"
        ) { seen in
            guard case .azure(.siteMissing) = seen.meaning else { return [] }
            return [Evidence("404 from Azure's front end for '\(seen.address.host)'")]
        },
        Check(
            "client-certificate-wanted", .error, .notAuthorised, in: .answer,
            title: "The site wants a certificate of the client",
            looksAt: "403.7 of IIS and 400 of nginx about a certificate",
            meaning: "A debugger has no certificate to show.",
            wayOut: """
                Azure: az webapp update -g GROUP -n SITE --set clientCertExclusionPaths=/ptvsd; elsewhere: \
                exclude the path
                """
        ) { seen in
            guard case .clientCertificateWanted(let status) = seen.meaning else { return [] }
            return [Evidence("\(status): a certificate is asked for")]
        },
        Check(
            "forbidden", .error, .notAuthorised, in: .answer,
            title: "Something before the endpoint refuses the request",
            looksAt: "403 that is not the endpoint's",
            meaning: """
                A firewall for web applications, a gateway, or the server's own rules do not let '/ptvsd' \
                through.
                """,
            wayOut: "allow the path '/ptvsd' and everything below it there"
        ) { seen in
            guard seen.meaning == .forbidden else { return [] }
            return [
                Evidence("403 from '\(seen.answer.header("server") ?? "the server")', not from the endpoint")
            ]
        },
        Check(
            "site-unavailable", .error, .unavailable, in: .answer,
            title: "The site does not run",
            looksAt: "502, 503 and 504, several times in a row",
            meaning: """
                The front end reaches no process of the site: it does not start, ends at once, or listens \
                on another port than it was told.
                """,
            wayOut: """
                read the site's log: az webapp log tail -g GROUP -n SITE, or the server's own; \
                'ptvsd-publish serve' runs the same files here
                """
        ) { seen in
            let status: Int
            switch seen.meaning {
            case .siteUnavailable(let number), .azure(.unavailable(let number)): status = number
            default: return []
            }
            return [Evidence("\(status), \(seen.earlier.count + 1) times within \(seen.seconds) s")]
        },
        Check(
            "site-slept", .note, in: .answer,
            title: "The site was asleep",
            looksAt: "the time of the first answer, and failures before it",
            meaning: """
                A site without visitors is unloaded, and with it goes every debug session and the \
                debugger's state.
                """,
            wayOut: "az webapp config set -g GROUP -n SITE --always-on true (Basic plan and up)"
        ) { seen in
            guard seen.status != nil, !seen.earlier.isEmpty || seen.duration > .seconds(5) else { return [] }
            let first = seen.earlier.first.map { "answered \($0) first and " } ?? ""
            return [Evidence("the site \(first)took \(seen.seconds) s to answer")]
        },
    ]

    /// The site that a redirect's target belongs to: without the endpoint's path.
    private static func site(of target: String, below path: String) -> String? {
        guard target.firstRange(of: "://") != nil,
            let mark = target.lowercased().firstRange(of: "/ptvsd")
        else { return nil }
        return String(target[..<mark.lowerBound])
    }
}

extension AnswerObservation {
    /// The name of the site in Azure, as far as the host tells.
    var azureName: String { address.isAzure ? String(address.host.prefix { $0 != "." }) : "SITE" }

    /// How long the answer took, for people.
    var seconds: Double { ((duration / .seconds(1)) * 10).rounded() / 10 }
}
