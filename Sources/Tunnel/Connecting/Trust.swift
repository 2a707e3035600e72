import NIOSSL
package import SystemPackage

/// Whose certificates are believed: the system's authorities, and those the user names.
package struct Trust: Sendable {
    let context: NIOSSLContext

    init(context: NIOSSLContext) {
        self.context = context
    }

    /// Reads the authorities.
    ///
    /// - Parameters:
    ///   - caFile: Certificates in PEM form that are believed as well as the system's.
    ///   - environment: `SSL_CERT_FILE` in it takes the place of the system's authorities, as everywhere else.
    /// - Throws: A `TunnelFailure` when a file cannot be read.
    package init(caFile: FilePath? = nil, environment: [String: String] = [:]) throws(TunnelFailure) {
        var configuration = TLSConfiguration.makeClientConfiguration()
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
