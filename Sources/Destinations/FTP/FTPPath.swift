/// Paths as an FTP server and the URL of a transfer take them.
enum FTPPath {
    /// Whether a name fits on a line of the protocol (RFC 959 5.3.2): no control characters.
    static func isSendable(_ name: some StringProtocol) -> Bool {
        name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
