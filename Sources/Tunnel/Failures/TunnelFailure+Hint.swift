import Addresses

extension TunnelFailure {
    /// What to do about it.
    package var hint: String {
        switch cause {
        case .plaintext: "use an address with https or wss; '--insecure' does it all the same"
        case .nameNotFound: "check its spelling, and whether this machine has a network"
        case .refused: "check the port, and whether the site is started"
        case .timedOut, .unreachable:
            "check the network, and whether a firewall or an access restriction of the site is in between"
        case .proxy(let failure): failure.hint
        case .authoritiesNotRead(_, let source): "look at what '\(source)' names"
        case .certificateUntrusted: "name the authority's certificate with '--ca-file FILE'"
        case .certificateExpired, .certificateNotYetValid: "renew it, or check the clock of this machine"
        case .certificateForOtherHost: "use the name that the certificate is made out for"
        case .tlsFailed: "check that the address is one of https, and what stands in between"
        case .connectionLost: "the site may be starting anew: try again, or give it longer with '--timeout'"
        case .noAnswer: "give it longer with '--timeout SECONDS', and look into the site's log"
        case .notHTTP: "check the address and its port, and whether it is one of https"
        case .redirected: "redirects are not followed with a secret; name that address if it is the site's"
        case .signInWall: "let '/ptvsd' pass without sign-in, or turn authentication off while you debug"
        case .secretMissing:
            "give it with '--secret-file FILE', in PTVSD_SECRET, or run this in the project's folder"
        case .secretWrong where secretSource != nil, .secretExpired where secretSource != nil:
            "\(secretSource ?? "") goes before what the project knows: bring it up to date, or do without it; "
                + "'ptvsd-publish url' shows the project's own"
        case .secretWrong where secretOrigin != nil:
            "the project's secret was \(secretOrigin ?? ""): publish in Debug to this site if it did not get that one; "
                + "a site that restarts may have the old one for a moment"
        case .secretWrong:
            "every Debug publish makes a new one; 'ptvsd-publish url' shows the last, and a site that restarts "
                + "may have the old one for a moment"
        case .secretExpired: "'ptvsd-publish rotate' makes a new one"
        case .noSecretConfigured: "publish the Debug configuration again"
        case .tooManyTries(let seconds):
            "wait \(seconds.map { "\($0) s" } ?? "a minute"), then use the right one"
        case .forbidden:
            "the site may be stopped, or access restrictions or client certificates are in the way"
        case .noEndpoint:
            "publish in Debug; if you just have, wait until the site has restarted; and check the address"
        case .siteUnavailable:
            "start the site, give it longer with '--timeout SECONDS', and look into its log"
        case .unexpectedStatus: "look into the site's log"
        case .webSocketsOff:
            "turn web sockets on for the site ('--enable-web-sockets' when publishing); plans limit their number"
        case .handshakeWrong: "something in between changes the answer; check proxies and gateways"
        case .tooManySessions: "end other debug sessions"
        case .debuggerNotUp:
            "open a page of the site, so that its Python process starts, and look into its log"
        case .processNotFound(_, let others):
            others.isEmpty
                ? "no Python process of the site has registered yet"
                : "those there are: \(others.map(String.init).joined(separator: ", "))"
        case .debuggerSilent: "another debugger may be attached: detach it, or restart the site"
        case .debuggerRefused: "restart the site if it stays like this"
        }
    }
}
