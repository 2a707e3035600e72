/// How the connections to an FTP server are made.
package struct FTPConnectionOptions: Sendable, Equatable {
    /// Whether the server waits for data connections, and not this machine.
    package var isPassive: Bool
    /// Whose certificates are believed.
    package var authorities: FTPAuthorities
    /// What `curl` finds in the environment to go through; nil where no proxy is needed.
    package var proxy: FTPProxy?
    /// Whether a server without TLS is talked to in the clear, also over a network.
    package var allowsPlain: Bool

    /// Creates options.
    package init(
        isPassive: Bool = true, authorities: FTPAuthorities = FTPAuthorities(), proxy: FTPProxy? = nil,
        allowsPlain: Bool = false
    ) {
        self.isPassive = isPassive
        self.authorities = authorities
        self.proxy = proxy
        self.allowsPlain = allowsPlain
    }
}
