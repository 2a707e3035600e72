import Addresses
import Diagnostics
import Tunnel

extension Check {
    /// A check of what stands in the way to the site.
    private static func way(
        _ id: String, _ reason: Failure.Reason = .unavailable, title: String, looksAt: String,
        meaning: String,
        wayOut: String, when matches: @escaping @Sendable (TunnelFailure.Cause) -> Bool
    ) -> Check {
        Check(
            id, .error, reason, in: .way, title: title, looksAt: looksAt, meaning: meaning, wayOut: wayOut
        ) { way in
            guard let failure = way.failure, matches(failure.cause) else { return [] }
            return [Evidence(failure.message)]
        }
    }

    /// From this machine to something that speaks HTTP.
    static let way: [Check] = names + proxies + certificates + connections

    private static let names: [Check] = [
        way(
            "address-in-clear", .badInput,
            title: "The address would carry the secret in clear",
            looksAt: "the scheme of the address",
            meaning: "Whoever listens in could run code in the site.",
            wayOut: "use https:// or wss://; '--insecure' of 'attach' does it all the same"
        ) { $0 == .plaintext },
        way(
            "name-not-found",
            title: "The name of the site cannot be found",
            looksAt: "the name system, for the site's host",
            meaning: "The name is misspelt, the site was deleted, or this machine has no network.",
            wayOut: """
                check the address ('ptvsd-publish url' prints the one in use); give another with \
                '--site-url'
                """
        ) { $0 == .nameNotFound },
        way(
            "connection-refused",
            title: "The site's machine refuses the connection",
            looksAt: "the TCP connection to the site's port",
            meaning: "Nothing listens there: the server is stopped, or the port is another one.",
            wayOut: "start the server, and check the port in the address"
        ) { $0 == .refused },
        way(
            "connection-timed-out",
            title: "The site's machine does not take the connection",
            looksAt: "the TCP connection to the site's port",
            meaning: "A firewall or a private network is in between, or the machine is down.",
            wayOut: """
                check the VPN and the firewall; a private endpoint is reached from inside its network only
                """
        ) { if case .timedOut = $0 { true } else { false } },
        way(
            "host-unreachable",
            title: "There is no route to the site's machine",
            looksAt: "the TCP connection to the site's port",
            meaning: "This machine has no network that leads there.",
            wayOut: "check the network and the VPN"
        ) { if case .unreachable = $0 { true } else { false } },
    ]

    private static let proxies: [Check] = [
        way(
            "proxy-not-usable", .badInput,
            title: "The proxy in the environment is none that can be used",
            looksAt: "HTTPS_PROXY, ALL_PROXY and NO_PROXY",
            meaning: """
                Only HTTP proxies that connect to any host (CONNECT) and SOCKS 5 proxies without a login can \
                carry the connection.
                """,
            wayOut: "export HTTPS_PROXY=http://[user:password@]host:port, or socks5h://host:port"
        ) { if case .proxy(let failure) = $0, case .notUsable = failure.cause { true } else { false } },
        way(
            "proxy-unreachable",
            title: "The proxy cannot be reached",
            looksAt: "the connection to the proxy in HTTPS_PROXY",
            meaning: "Its address is wrong, or it is for another network than this machine is in.",
            wayOut: "mend HTTPS_PROXY, or name the site's host in NO_PROXY"
        ) { if case .proxy(let failure) = $0, case .notReached = failure.cause { true } else { false } },
        way(
            "proxy-credentials", .notAuthorised,
            title: "The proxy wants a user and a password",
            looksAt: "what the proxy answers (407 of HTTP)",
            meaning: """
                It lets nobody through without them, or those in HTTPS_PROXY are wrong. A SOCKS proxy is given none.
                """,
            wayOut: """
                export HTTPS_PROXY=http://user:password@host:port, special characters percent-encoded; or use a \
                SOCKS proxy without a login
                """
        ) { if case .proxy(let failure) = $0, case .credentials = failure.cause { true } else { false } },
        way(
            "proxy-refuses",
            title: "The proxy does not connect to the site",
            looksAt: "what the proxy answers",
            meaning: "Its rules forbid this host or port, or it cannot reach it itself.",
            wayOut:
                "ask its administrator to let connections to this host through, or name the host in NO_PROXY"
        ) { if case .proxy(let failure) = $0, case .refused = failure.cause { true } else { false } },
    ]

    private static let certificates: [Check] = [
        way(
            "ca-file-unreadable", .badInput,
            title: "The file of certificates cannot be read",
            looksAt: "'--ca-file' and SSL_CERT_FILE",
            meaning: "Without it the authority that signed the site's certificate is not known here.",
            wayOut: "name a file with certificates in PEM form (-----BEGIN CERTIFICATE-----)"
        ) { if case .authoritiesNotRead = $0 { true } else { false } },
        Check(
            "clock-wrong", .error, .failed, in: .way,
            title: "The clock of this machine is wrong",
            looksAt: "the time that the site's front end gives in its 'Date' header",
            meaning: """
                Certificates and secrets are judged by this clock: valid ones look expired, and the other \
                way round.
                """,
            wayOut: "timedatectl set-ntp true (Linux), or sudo sntp -sS time.apple.com (macOS)"
        ) { way in
            guard let lead = way.clockLead, abs(lead) > Self.clockTolerance else { return [] }
            let amount = Self.amount(abs(lead))
            return [
                Evidence(
                    "this machine's clock is \(amount) \(lead > 0 ? "behind" : "ahead of") that of the site")
            ]
        },
        way(
            "certificate-untrusted",
            title: "The site's certificate comes from an authority that is not trusted here",
            looksAt: "the chain of certificates",
            meaning: """
                The site has a certificate of its own making, it leaves out an intermediate certificate, \
                or a proxy opens the connection.
                """,
            wayOut: """
                '--ca-file FILE' with the authority's certificate, after you have made sure whose it is
                """
        ) { $0 == .certificateUntrusted },
        way(
            "certificate-expired",
            title: "The site's certificate has expired",
            looksAt: "the end of the certificate's life, and this machine's clock",
            meaning: "Nobody renewed it; browsers warn as well.",
            wayOut: "renew it on the server"
        ) { if case .certificateExpired = $0 { true } else { false } },
        way(
            "certificate-not-yet-valid",
            title: "The site's certificate is not valid yet",
            looksAt: "the beginning of the certificate's life, and this machine's clock",
            meaning: "It was made for later, or by a machine whose clock is ahead.",
            wayOut: "wait, or make a new one on the server"
        ) { if case .certificateNotYetValid = $0 { true } else { false } },
        way(
            "certificate-other-host",
            title: "The site's certificate is made out for another host",
            looksAt: "the names in the certificate",
            meaning: """
                The address leads to another site, or the custom domain has no certificate of its own yet.
                """,
            wayOut: "use the name that the certificate is for, or bind a certificate to this name"
        ) { $0 == .certificateForOtherHost },
        way(
            "client-certificate-refused", .notAuthorised,
            title: "The site wants a certificate of the client",
            looksAt: "the TLS handshake",
            meaning: "The front end lets in only clients with a certificate, which a debugger has none of.",
            wayOut: """
                Azure: az webapp update --set clientCertEnabled=false, or exclude '/ptvsd' by \
                clientCertExclusionPaths
                """
        ) { cause in
            guard case .tlsFailed(let text) = cause else { return false }
            return text.contains("certificate required") || text.contains("bad certificate")
        },
        way(
            "tls-failed",
            title: "TLS with the site fails",
            looksAt: "the TLS handshake",
            meaning: "What answers there speaks no TLS, or none that is still safe (1.2 or later).",
            wayOut: "check that the address and port are those of https"
        ) { cause in
            guard case .tlsFailed(let text) = cause else { return false }
            return !text.contains("certificate required") && !text.contains("bad certificate")
        },
    ]

    private static let connections: [Check] = [
        way(
            "connection-lost",
            title: "The connection is closed without an answer",
            looksAt: "the answer to the first request",
            meaning: """
                The site's process ended while it answered, or something in between cut the connection.
                """,
            wayOut: "look into the site's log; try again in a minute, as it may be starting"
        ) { $0 == .connectionLost },
        way(
            "no-answer",
            title: "The site does not answer",
            looksAt: "the time until the first answer",
            meaning: "The site is starting, is held at a breakpoint of another session, or hangs.",
            wayOut: "give it longer with '--timeout SECONDS', and look into the site's log"
        ) { if case .noAnswer = $0 { true } else { false } },
        way(
            "not-http",
            title: "What answers is no web server",
            looksAt: "the answer to the first request",
            meaning: "The port belongs to something else.",
            wayOut: "check the address and its port"
        ) { $0 == .notHTTP },
    ]

    /// Seconds by which clocks may differ: certificates and secrets are not that exact.
    private static let clockTolerance = 300.0

    private static func amount(_ seconds: Double) -> String {
        switch seconds {
        case ..<7200: "\(Int((seconds / 60).rounded())) min"
        case ..<172_800: "\(Int((seconds / 3600).rounded())) h"
        default: "\(Int((seconds / 86_400).rounded())) d"
        }
    }
}
