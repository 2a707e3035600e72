import Diagnostics
import Tunnel
import WebConfiguration

extension Check {
    /// The endpoint itself, or its absence.
    static let endpoints: [Check] = [
        Check(
            "endpoint-original", .error, .unavailable, in: .answer,
            title: "The proxy of Visual Studio stands where the endpoint should",
            looksAt: "the page at '/ptvsd'",
            meaning: """
                An old publish put it there. It asks nobody for the secret, and current versions of Visual \
                Studio, whose debugger changed in 2018, cannot attach through it either.
                """,
            wayOut: "ptvsd-publish --configuration Debug"
        ) { seen in
            guard seen.meaning == .originalProxy else { return [] }
            return [Evidence("'\(seen.address)/ptvsd' shows the page of Visual Studio's proxy")]
        },
        Check(
            "endpoint-missing", .error, .unavailable, in: .answer,
            title: "The site has no debug endpoint",
            looksAt: "whether '/ptvsd/status' is answered by the site agent",
            meaning: """
                What runs there was not published in Debug, the publish has not arrived yet, or the \
                address is that of another site or virtual directory.
                """,
            wayOut: """
                ptvsd-publish --configuration Debug; if you just did, wait until the site has restarted
                """
        ) { seen in
            let what: String
            switch seen.meaning {
            case .endpointMissing(let status):
                what = "\(status) from '\(seen.address)/ptvsd/status', not from the site agent"
            case .iis(let page) where page.status == 404 && [0, 15, nil].contains(page.subStatus):
                what = "\(page.evidence): no handler of the site took '/ptvsd'"
            default: return []
            }
            return [Evidence(what)]
        },
        Check(
            "secret-unknown", .warning, .notAuthorised, in: .answer,
            title: "The endpoint is there, and no secret is known for it",
            looksAt: "the URL, '--secret-file', PTVSD_SECRET and web.debug.config",
            meaning: "Nothing beyond the endpoint's door can be looked at.",
            wayOut: "run it in the project's folder, or give '--secret-file FILE' or PTVSD_SECRET"
        ) { seen in
            guard seen.meaning == .secretUnknown else { return [] }
            return [Evidence("the endpoint at '\(seen.address)' asks for the secret")]
        },
        Check(
            "secret-wrong", .error, .notAuthorised, in: .answer,
            title: "The site does not accept the secret",
            looksAt: "401 from the endpoint",
            meaning: """
                The site has another one: it was published from elsewhere since, or its last publish has \
                not arrived, or the secret was not the project's.
                """,
            wayOut: """
                'ptvsd-publish --configuration Debug' publishes this project there; 'ptvsd-publish rotate' \
                renews the secret of what is there
                """
        ) { seen in
            guard seen.meaning == .secretWrong else { return [] }
            let refused = "401 from the endpoint at '\(seen.address)'"
            guard let source = seen.secretSource else { return [Evidence(refused)] }
            return [
                Evidence(
                    "\(refused) to the secret in \(source)",
                    wayOut:
                        "bring it up to date, or do without it: 'ptvsd-publish url' shows the project's own")
            ]
        },
        Check(
            "secret-expired-at-site", .error, .notAuthorised, in: .answer,
            title: "The site's secret has expired",
            looksAt: "403 from the endpoint, and what it says",
            meaning: "The endpoint lets nobody in any more.",
            wayOut: "'ptvsd-publish rotate' sends a new one; '--expires 7d' makes it last"
        ) { seen in
            guard case .secretExpired(let text) = seen.meaning else { return [] }
            return [Evidence("403 from the endpoint: \(text)")]
        },
        Check(
            "secret-missing-at-site", .error, .notAuthorised, in: .answer,
            title: "The endpoint has no secret",
            looksAt: "403 from the endpoint, and what it says",
            meaning: "Its settings.json is missing or damaged, so it lets nobody in.",
            wayOut: "ptvsd-publish --configuration Debug"
        ) { seen in
            guard seen.meaning == .noSecretAtSite else { return [] }
            return [Evidence("403 from the endpoint: no secret is configured for the site")]
        },
        Check(
            "too-many-tries", .error, .notAuthorised, in: .answer,
            title: "Too many wrong secrets were tried from here",
            looksAt: "429 from the endpoint",
            meaning: """
                After ten wrong ones within a minute it lets nobody of this address in, right or wrong.
                """,
            wayOut: "wait a minute, then use the right one"
        ) { seen in
            guard case .tooManyTries(let seconds) = seen.meaning else { return [] }
            return [Evidence("429 from the endpoint" + (seconds.map { ": try again in \($0) s" } ?? ""))]
        },
        Check(
            "answer-unexpected", .error, .failed, in: .answer,
            title: "The site answers with an error",
            looksAt: "every other status of '/ptvsd/status'",
            meaning: "The site's own code, or something before it, fails while it answers.",
            wayOut: "read the site's log; 'ptvsd-publish serve' runs the same files here"
        ) { seen in
            guard case .unexpected(let status) = seen.meaning else { return [] }
            return [Evidence("\(status) from '\(seen.address)/ptvsd/status'")]
        },
    ]
}
