package import Addresses
package import Diagnostics

/// The connection could not be made, or ended before the answer was whole.
package struct ConnectionFailure: Error, Sendable, Equatable {
    /// What happened, as the end of a sentence about the server.
    package var reason: String
    /// Whether the same request may succeed later.
    package var isTemporary: Bool
    /// How many attempts it counts for: one that took long is not tried as often.
    package var cost: Int
    /// What is wrong with the proxy on the way, where that is why.
    package var proxy: ProxyFailure?

    /// Creates a failure.
    package init(_ reason: String, isTemporary: Bool = true, cost: Int = 1) {
        self.reason = reason
        self.isTemporary = isTemporary
        self.cost = cost
        proxy = nil
    }

    /// Creates the failure of a proxy; another try can help where the proxy or the way to it was in trouble.
    package init(_ proxy: ProxyFailure) {
        reason = "cannot be reached through the proxy '\(proxy.proxy)'"
        isTemporary = proxy.reason == .unavailable
        cost = 3
        self.proxy = proxy
    }
}

extension Failure {
    /// The failure to reach a server.
    package init(_ failure: ConnectionFailure, of name: String) {
        if let proxy = failure.proxy {
            self = proxy.failure(connecting: name)
            return
        }
        self.init(
            .unavailable, id: "server-unreachable", "\(name) \(failure.reason)",
            hint: failure.isTemporary ? "check the network and try again" : nil)
    }
}
