import NIOCore
import NIOSSL

/// What TLS is begun with.
struct Encryption: Sendable {
    let trust: Trust
    /// The name for SNI, which the certificate is to be for; nil for addresses.
    let serverName: String?

    /// The handler of a connection.
    func handler() throws -> NIOSSLClientHandler {
        guard let address = trust.address else {
            return try NIOSSLClientHandler(context: trust.context, serverHostname: serverName)
        }
        return try NIOSSLClientHandler._makeSSLClientHandler(
            context: trust.context, serverHostname: serverName
        ) {
            certificate, channel in
            certificate.isMadeOut(for: address)
                ? channel.eventLoop.makeSucceededVoidFuture()
                : channel.eventLoop.makeFailedFuture(NIOSSLExtraError.failedToValidateHostname)
        }
    }
}

extension NIOSSLCertificate {
    /// Whether an address is among those that it names (RFC 5280 §4.2.1.6); one in the subject does not count.
    fileprivate func isMadeOut(for address: SocketAddress) -> Bool {
        _subjectAlternativeNames().contains { name in
            name.nameType == .ipAddress
                && (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: name.contents), port: 0))?.ipAddress
                    == address.ipAddress
        }
    }
}
