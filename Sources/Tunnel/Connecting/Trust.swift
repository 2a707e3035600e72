import NIOCore
import NIOSSL
import SystemPackage

/// Whose certificates are believed: the system's authorities, and those the user names.
struct Trust: Sendable {
    let context: NIOSSLContext
    /// The address that the certificate is checked for here; nil where the library checks its name or address itself.
    let address: SocketAddress?

    init(context: NIOSSLContext) {
        self.context = context
        address = nil
    }

    /// Reads the authorities.
    ///
    /// - Parameters:
    ///   - caFile: Certificates in PEM form that are believed as well as the system's.
    ///   - environment: `SSL_CERT_FILE` in it takes the place of the system's authorities, as everywhere else.
    ///   - address: The site's address, where it has no name and is reached through a proxy: the library compares an address
    ///     with the other end of the TCP connection, which is the proxy's.
    /// - Throws: A `TunnelFailure` when a file cannot be read.
    init(
        caFile: FilePath? = nil, environment: [String: String] = [:],
        behindProxy address: SocketAddress? = nil
    ) throws(TunnelFailure) {
        self.address = address
        var configuration = TLSConfiguration.makeClientConfiguration()
        if address != nil { configuration.certificateVerification = .noHostnameVerification }
        configuration.minimumTLSVersion = .tlsv12
        if let file = environment["SSL_CERT_FILE"], !file.isEmpty {
            configuration.trustRoots = .certificates(try Self.certificates(file, namedBy: "SSL_CERT_FILE"))
        }
        if let caFile {
            configuration.additionalTrustRoots = [
                .certificates(try Self.certificates(caFile.string, namedBy: "--ca-file"))
            ]
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TunnelFailure(.tlsFailed("\(error)"), at: "this machine")
        }
    }

    private static func certificates(
        _ file: String, namedBy source: String
    ) throws(TunnelFailure) -> [NIOSSLCertificate] {
        guard let found = try? NIOSSLCertificate.fromPEMFile(file), !found.isEmpty else {
            throw TunnelFailure(.authoritiesNotRead(file: file, source: source), at: file)
        }
        return found
    }
}
