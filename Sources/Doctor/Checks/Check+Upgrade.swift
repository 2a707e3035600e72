import Diagnostics
import Tunnel
import WebConfiguration

extension Check {
    /// Whether a WebSocket comes through to the endpoint.
    static let upgrade: [Check] = [
        Check(
            "cors-in-the-way", .error, .unavailable, in: .upgrade,
            title: "The platform's CORS feature is in the way of web sockets",
            looksAt: """
                whether something before the endpoint answers a browser's preflight request, where \
                upgrades fail
                """,
            meaning: """
                App Service's front end on Linux refuses upgrades while the portal's CORS list is not \
                empty.
                """,
            wayOut: """
                az webapp cors remove -g GROUP -n SITE --allowed-origins '*', and let the site's own code \
                do CORS
                """
        ) { seen in
            guard let answer = seen.refusal, seen.isCrossOrigin else { return [] }
            return [
                Evidence(
                    "\(answer.status) to the upgrade, and a preflight request is answered for the endpoint")
            ]
        },
        Check(
            "web-socket-limit", .error, .unavailable, in: .upgrade,
            title: "The plan's limit of web sockets is reached, or it has none",
            looksAt: "503 to an upgrade at an Azure site whose endpoint answers",
            meaning: """
                An instance takes 5 web sockets on the Free plan (none on Linux), 35 on Shared and 350 on \
                Basic.
                """,
            wayOut: """
                close other sessions, or az appservice plan update -g GROUP -n PLAN --sku B1; on Windows \
                also check 'az webapp config show --query webSocketsEnabled'
                """
        ) { seen in
            guard let answer = seen.refusal, answer.status == 503, seen.address.isAzure, !seen.isCrossOrigin
            else {
                return []
            }
            return [Evidence("503 to the upgrade, while the endpoint answers other requests")]
        },
        Check(
            "web-sockets-off", .error, .unavailable, in: .upgrade,
            title: "No web socket comes through to the endpoint",
            looksAt: "the answer to an upgrade, while the endpoint answers other requests",
            meaning: """
                Web sockets are switched off for the site, or something in between does not pass the \
                upgrade on.
                """,
            wayOut: """
                Azure: az webapp config set -g GROUP -n SITE --web-sockets-enabled true. IIS: install the \
                WebSocket Protocol feature. nginx: proxy_http_version 1.1; proxy_set_header Upgrade \
                $http_upgrade; proxy_set_header Connection "upgrade"
                """
        ) { seen in
            guard let answer = seen.refusal, !seen.isCrossOrigin,
                !(answer.status == 503 && seen.address.isAzure)
            else { return [] }
            return [
                Evidence(
                    "\(answer.status) to the upgrade" + seen.serverName(answer), wayOut: seen.wayOut(answer))
            ]
        },
        Check(
            "upgrade-lost", .error, .unavailable, in: .upgrade,
            title: "The connection is lost while it is upgraded",
            looksAt: "the connection after the question for an upgrade",
            meaning: "A proxy or firewall in between closes connections that are not plain HTTP.",
            wayOut: "let it pass web sockets to this host, or go around it"
        ) { seen in
            guard case .failure(let failure) = seen.answer else { return [] }
            return [Evidence(failure.message)]
        },
        Check(
            "upgrade-altered", .error, .unavailable, in: .upgrade,
            title: "Something in between answers the upgrade in the endpoint's place",
            looksAt: "'Sec-WebSocket-Accept' in the answer (RFC 6455, 4.2.2)",
            meaning: "A proxy or a cache says that the upgrade is done without having understood it.",
            wayOut: "let it pass web sockets to this host, or go around it"
        ) { seen in
            guard case .success(let answer) = seen.answer, answer.status == 101, !answer.provesUpgrade else {
                return []
            }
            return [Evidence("101 with a wrong 'Sec-WebSocket-Accept'" + seen.serverName(answer))]
        },
        Check(
            "web-socket-compressed", .error, .unavailable, in: .upgrade,
            title: "Something in between compresses the web socket",
            looksAt: """
                'Sec-WebSocket-Extensions' in the answer, though none is offered, and 'Content-Encoding' \
                of others
                """,
            meaning: "Front ends that do so have been seen to break or refuse web sockets.",
            wayOut: "switch compression off for '/ptvsd' at the front end"
        ) { seen in
            guard case .success(let answer) = seen.answer, answer.status == 101 else { return [] }
            if let extensions = answer.header("sec-websocket-extensions") {
                return [Evidence("the upgrade was answered with the extension '\(extensions)'")]
            }
            return seen.isCompressed
                ? [Evidence("the endpoint's status came compressed, though nobody asked for it")] : []
        },
    ]
}

extension UpgradeObservation {
    /// The answer, where it is not the wanted one.
    fileprivate var refusal: SiteAnswer? {
        guard case .success(let answer) = answer, answer.status != 101 else { return nil }
        return answer
    }

    /// Whether something before the endpoint, which knows no CORS, answered the preflight.
    fileprivate var isCrossOrigin: Bool { preflight?.header("access-control-allow-origin") != nil }

    fileprivate func serverName(_ answer: SiteAnswer) -> String {
        answer.header("server").map { " from '\($0)'" } ?? ""
    }

    fileprivate func wayOut(_ answer: SiteAnswer) -> String? {
        let server = answer.header("server")?.lowercased() ?? ""
        if address.isAzure {
            let name = address.host.prefix { $0 != "." }
            return "az webapp config set -g GROUP -n \(name) --web-sockets-enabled true"
        }
        if server.hasPrefix("nginx") {
            return
                "in the location of '/ptvsd': proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\""
        }
        if server.hasPrefix("microsoft-iis") {
            return
                "on the server: install the WebSocket Protocol feature (Install-WindowsFeature Web-WebSockets), and keep <webSocket enabled=\"true\" />"
        }
        if server.hasPrefix("apache") { return "ProxyPass /ptvsd with upgrade=websocket (mod_proxy_http)" }
        return nil
    }
}
