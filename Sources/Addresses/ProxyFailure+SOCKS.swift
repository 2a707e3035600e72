import NIOSOCKS

extension ProxyFailure.Cause {
    /// What an error of the library that speaks SOCKS means; nil where it is none of its own.
    package init?(socksError error: any Error) {
        switch error {
        case let error as SOCKSError.ConnectionFailed: self = .refused(Self.reason(of: error.reply.value))
        case is SOCKSError.InvalidAuthenticationSelection: self = .credentials(.ofSOCKS)
        case is SOCKSError.InvalidProtocolVersion, is SOCKSError.InvalidAddressType,
            is SOCKSError.InvalidReservedByte, is SOCKSError.UnexpectedRead:
            self = .notReached("it does not speak SOCKS 5")
        default: return nil
        }
    }

    /// The proxy ended the connection in place of a reply, as `ssh -D` does where its other end does not reach the site.
    package static var closed: Self { .refused("it closed the connection") }

    /// What a reply's code means (RFC 1928 §6), as a clause about the proxy.
    private static func reason(of code: UInt8) -> String {
        switch code {
        case 1: "it failed"
        case 2: "its rules forbid it"
        case 3, 4: "it finds no way there"
        case 5: "the connection was refused"
        case 6: "it gets no answer from there"
        case 7, 8: "it supports no such connection"
        default: "it replied \(code)"
        }
    }
}
